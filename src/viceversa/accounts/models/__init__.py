from .code import OneTimeCode
from .event import ChainVerification, Event, EventSeal
from .role import RoleGrant
from .user import User

__all__ = ["ChainVerification", "Event", "EventSeal", "OneTimeCode", "RoleGrant", "User"]
