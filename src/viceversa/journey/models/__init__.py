from .checkin import CheckIn
from .delegation import Delegation
from .meeting import Meeting
from .note import Note

__all__ = ["CheckIn", "Delegation", "Meeting", "Note"]
