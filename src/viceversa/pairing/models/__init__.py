from .ending import Ending
from .pair import Pair, SeatTaken
from .proposal import Proposal, ProposalAnswer
from .run import MatchRun, PairDecision, RunPrices, UnmatchedPerson

__all__ = [
    "Ending",
    "MatchRun",
    "Pair",
    "PairDecision",
    "Proposal",
    "ProposalAnswer",
    "RunPrices",
    "SeatTaken",
    "UnmatchedPerson",
]
