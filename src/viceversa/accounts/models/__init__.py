from .code import OneTimeCode
from .event import Event, EventSeal
from .role import RoleGrant
from .user import User

__all__ = ["Event", "EventSeal", "OneTimeCode", "RoleGrant", "User"]
