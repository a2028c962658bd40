from .ending import Ending
from .pair import Pair, SeatTaken
from .price import PairPrice
from .proposal import Proposal, ProposalAnswer
from .run import MatchRun, PairDecision, RunPrices, UnmatchedPerson

__all__ = [
    "Ending",
    "MatchRun",
    "Pair",
    "PairDecision",
    "PairPrice",
    "Proposal",
    "ProposalAnswer",
    "RunPrices",
    "SeatTaken",
    "UnmatchedPerson",
]
