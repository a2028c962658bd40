from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from ..access import GRANTED_ROLES


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def standing(self) -> RoleGrantQuerySet:
        return self.filter(ended_at=None)


class RoleGrant(models.Model):
    """Somebody holds a role from one moment to another: in one programme, or in the installation when scope is ""."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in sorted(GRANTED_ROLES)])
    scope = models.CharField(max_length=24, blank=True, help_text="public id of a programme, or empty")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["scope", "role"])]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "scope"],
                condition=Q(ended_at=None),
                name="one_standing_grant_of_a_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.scope or 'installation'}"
