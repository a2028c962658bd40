from .cohort import Cohort
from .enrolment import Enrolment
from .programme import Objective, Programme

__all__ = ["Cohort", "Enrolment", "Objective", "Programme"]
