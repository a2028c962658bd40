from .blocking import BlockingPair
from .circle import Circle, CircleDivision, CircleMember
from .correction import CorrectionFile
from .ending import Ending
from .hold import PairHold
from .pair import Pair, SeatTaken
from .price import PairPrice
from .proposal import Proposal, ProposalAnswer
from .question import PartnerQuestion
from .rota import Rota, RotaMeeting
from .run import MatchRun, PairDecision, RunPrices, UnmatchedPerson
from .search import PartnerSearch
from .study import Study
from .supply import SupplyCount
from .trial import TrialWord

__all__ = [
    "BlockingPair",
    "Circle",
    "CircleDivision",
    "CircleMember",
    "CorrectionFile",
    "Ending",
    "MatchRun",
    "Pair",
    "PairDecision",
    "PairHold",
    "PairPrice",
    "PartnerQuestion",
    "PartnerSearch",
    "Proposal",
    "ProposalAnswer",
    "Rota",
    "RotaMeeting",
    "RunPrices",
    "SeatTaken",
    "Study",
    "SupplyCount",
    "TrialWord",
    "UnmatchedPerson",
]
