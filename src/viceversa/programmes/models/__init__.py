from .admission import Admission, RegistrationRequest, WaitingMove
from .cohort import Cohort
from .consent import ConsentGiven, ShownProfile
from .enrolment import Enrolment
from .favourites import Favourites
from .handler import ProgrammeHandler
from .identity_question import IdentityQuestion
from .launch import LaunchRecord, ReadinessAnswer
from .lottery import Lottery, LotteryEntry
from .pause import Pause
from .programme import Objective, Programme
from .question import Question, QuestionAnswer

__all__ = [
    "Admission",
    "Cohort",
    "ConsentGiven",
    "Enrolment",
    "Favourites",
    "IdentityQuestion",
    "LaunchRecord",
    "Lottery",
    "LotteryEntry",
    "Objective",
    "Pause",
    "Programme",
    "ProgrammeHandler",
    "Question",
    "QuestionAnswer",
    "ReadinessAnswer",
    "RegistrationRequest",
    "ShownProfile",
    "WaitingMove",
]
