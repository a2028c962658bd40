from .cohort import Cohort
from .consent import ConsentGiven, ShownProfile
from .enrolment import Enrolment
from .favourites import Favourites
from .handler import ProgrammeHandler
from .identity_question import IdentityQuestion
from .launch import LaunchRecord, ReadinessAnswer
from .pause import Pause
from .programme import Objective, Programme
from .question import Question, QuestionAnswer

__all__ = [
    "Cohort",
    "ConsentGiven",
    "Enrolment",
    "Favourites",
    "IdentityQuestion",
    "LaunchRecord",
    "Objective",
    "Pause",
    "Programme",
    "ProgrammeHandler",
    "Question",
    "QuestionAnswer",
    "ReadinessAnswer",
    "ShownProfile",
]
