"""The six programme standards of the European Mentoring and Coaching Council, by which readiness is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Standard(StrEnum):
    PURPOSE = "purpose"
    TRAINING = "training"
    SELECTION = "selection"
    MEASUREMENT = "measurement"
    ETHICS = "ethics"
    ADMINISTRATION = "administration"


STANDARD_WORDS: Mapping[Standard, str | Promise] = {
    Standard.PURPOSE: _("Clarity of purpose"),
    Standard.TRAINING: _("Training and briefing"),
    Standard.SELECTION: _("Selection and matching"),
    Standard.MEASUREMENT: _("Measurement and review"),
    Standard.ETHICS: _("Ethics and care"),
    Standard.ADMINISTRATION: _("Administration and support"),
}
