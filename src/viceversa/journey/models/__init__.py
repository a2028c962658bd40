from .announcement import Announcement, AnnouncementReceipt
from .checkin import CheckIn
from .delegation import Delegation
from .meeting import Meeting, next_of
from .note import Note
from .step import StepTaken

__all__ = ["Announcement", "AnnouncementReceipt", "CheckIn", "Delegation", "Meeting", "Note", "StepTaken", "next_of"]
