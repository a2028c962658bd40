from .pair import Pair, SeatTaken
from .proposal import Proposal, ProposalAnswer
from .run import MatchRun, PairDecision, UnmatchedPerson

__all__ = ["MatchRun", "Pair", "PairDecision", "Proposal", "ProposalAnswer", "SeatTaken", "UnmatchedPerson"]
