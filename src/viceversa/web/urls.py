"""Every address, noun by noun. Who may use each stands in accounts/access.py."""

from .pages import (
    admin,
    cockpit,
    enrolment,
    health,
    home,
    insights,
    invitations,
    join,
    matching,
    meetings,
    pairs,
    people,
    playbooks,
    programmes,
    proposals,
    roster,
    roster_columns,
    sign_in,
    you,
)

NOUNS = (
    sign_in,
    home,
    you,
    roster,  # before people: /people/import/ is nobody's public id
    roster_columns,
    people,
    playbooks,
    programmes,
    invitations,
    join,
    enrolment,
    cockpit,  # after playbooks: /programmes/playbooks/ is nobody's public id
    matching,
    proposals,
    pairs,
    meetings,
    insights,
    admin,
    health,
)

urlpatterns = [pattern for noun in NOUNS for pattern in noun.urlpatterns]
