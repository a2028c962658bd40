"""Every address, noun by noun. Who may use each stands in accounts/access.py."""

from .pages import (
    admin,
    admission,
    announcements,
    browsing,
    cockpit,
    code,
    cohorts,
    corrections,
    enrolment,
    enrolment_words,
    health,
    home,
    identity,
    insights,
    invitations,
    join,
    lottery,
    mapping_profiles,
    matching,
    meetings,
    pairs,
    people,
    people_views,
    playbooks,
    programme_topics,
    programmes,
    proposals,
    publishing,
    questions,
    readiness,
    register,
    roster,
    roster_columns,
    roster_undo,
    sign_in,
    swapping,
    topic_import,
    topics,
    tree,
    you,
)

NOUNS = (
    sign_in,
    home,
    you,
    roster,  # before people: /people/import/ is nobody's public id
    roster_columns,
    mapping_profiles,  # before people, too
    roster_undo,
    topic_import,  # before topics: /people/topics/import/ is nobody's public id
    topics,
    people_views,  # before people, as the tree: /people/views/ is nobody's public id
    tree,
    people,
    playbooks,
    programmes,
    readiness,
    cohorts,
    programme_topics,
    invitations,
    admission,
    lottery,
    register,  # before enrolment, whose steps have such addresses
    code,
    join,
    browsing,  # before enrolment: /programmes/enrolments/…/pause/ is no step of it
    questions,
    identity,
    enrolment_words,  # before enrolment, whose steps have such addresses
    enrolment,
    cockpit,  # after playbooks: /programmes/playbooks/ is nobody's public id
    announcements,
    corrections,
    matching,
    publishing,
    swapping,
    proposals,
    pairs,
    meetings,
    insights,
    admin,
    health,
)

urlpatterns = [pattern for noun in NOUNS for pattern in noun.urlpatterns]
