"""Best possible pairs under a policy, with proof: `from viceversa.matching import Problem, Policy, solve`.

Pure: no Django, no clock, no chance but the policy's seed. Public here is what `__all__` names.
"""

from viceversa.matching.certify import Certificate, certify
from viceversa.matching.engine import solve
from viceversa.matching.errors import InputProblems
from viceversa.matching.policy import Options, Policy, PolicyError, PolicyProblem, Rules
from viceversa.matching.problem import Problem
from viceversa.matching.solution import MadePair, Solution

__all__ = [
    "Certificate",
    "InputProblems",
    "MadePair",
    "Options",
    "Policy",
    "PolicyError",
    "PolicyProblem",
    "Problem",
    "Rules",
    "Solution",
    "certify",
    "solve",
]
