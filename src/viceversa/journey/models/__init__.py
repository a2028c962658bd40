from .checkin import CheckIn
from .delegation import Delegation
from .meeting import Meeting, next_of
from .note import Note

__all__ = ["CheckIn", "Delegation", "Meeting", "Note", "next_of"]
