"""Who coordinates a programme, by name: for the letters and pages that say whom to ask and who sees what."""

from __future__ import annotations

from django.utils.translation import gettext as _

from viceversa.accounts.access import Role
from viceversa.accounts.models import RoleGrant

from .letters import name_of
from .models import Programme


def coordinator_name(programme: Programme) -> str:
    """The one who has coordinated it longest."""
    grants = RoleGrant.objects.standing().filter(role=Role.COORDINATOR, scope=programme.public_id)
    grant = grants.select_related("user__person").order_by("granted_at", "pk").first()
    return name_of(grant.user) if grant else _("The coordinator")
