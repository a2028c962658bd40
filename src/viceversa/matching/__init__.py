"""Best possible pairs under a policy, with proof: `from viceversa.matching import Problem, Policy, solve`.

Pure: no Django, no clock, no chance but the policy's seed. Public here is what `__all__` names.
"""

from viceversa.matching.again import KeptRun
from viceversa.matching.assignment import Assignment, assign
from viceversa.matching.certify import Certificate, certify
from viceversa.matching.engine import solve
from viceversa.matching.errors import InputProblems
from viceversa.matching.explain import CriterionPart, PairExplanation, explain_pair
from viceversa.matching.policy import Options, Policy, PolicyError, PolicyProblem, Rules
from viceversa.matching.problem import Problem
from viceversa.matching.quality import Quality, quality
from viceversa.matching.reasons import Reason
from viceversa.matching.solution import MadePair, Solution
from viceversa.matching.unmatched import Unmatched, explain_unmatched

__all__ = [
    "Assignment",
    "Certificate",
    "CriterionPart",
    "InputProblems",
    "KeptRun",
    "MadePair",
    "Options",
    "PairExplanation",
    "Policy",
    "PolicyError",
    "PolicyProblem",
    "Problem",
    "Quality",
    "Reason",
    "Rules",
    "Solution",
    "Unmatched",
    "assign",
    "certify",
    "explain_pair",
    "explain_unmatched",
    "quality",
    "solve",
]
