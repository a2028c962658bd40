"""Every address, noun by noun. Who may use each stands in accounts/access.py."""

from .pages import (
    admin,
    enrolment,
    health,
    home,
    insights,
    matching,
    meetings,
    pairs,
    people,
    programmes,
    proposals,
    roster,
    sign_in,
    you,
)

NOUNS = (
    sign_in,
    home,
    you,
    people,
    roster,
    programmes,
    enrolment,
    matching,
    proposals,
    pairs,
    meetings,
    insights,
    admin,
    health,
)

urlpatterns = [pattern for noun in NOUNS for pattern in noun.urlpatterns]
