"""Journey's part in what happens elsewhere: a formed pair gets its meetings."""

from . import (
    actions,  # noqa: F401 - registers open_journey with pairing
    announcements,  # noqa: F401 - registers its sending and its letters
    calling_off,  # noqa: F401 - registers what follows when a pair ends
    delegations,  # noqa: F401 - registers its letter
    step_letters,  # noqa: F401 - registers the letters of a coordinator's steps
)
