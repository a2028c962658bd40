"""Any two people of the organisation: as which pair they can be judged, or in plain words why they are none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from viceversa.people.models import Person
from viceversa.programmes.models import Cohort, Enrolment, Pause

from .models import Proposal

MOST_FOUND = 6
"""People told of whom the same words name."""

MOST_WORDS = 6


def people_called(words: str) -> list[Person]:
    """Whoever has this number, else whose name holds each of the words; the first few."""
    exact = Person.objects.filter(person_id=words)
    if exact:
        return list(exact)
    named = Person.objects.all()
    for word in words.split()[:MOST_WORDS]:
        named = named.filter(Q(given_name__icontains=word) | Q(family_name__icontains=word))
    return list(named.order_by("family_name", "given_name", "pk")[:MOST_FOUND])


def as_pair(cohort: Cohort, one: Person, other: Person) -> tuple[Enrolment, Enrolment] | None:
    """Their enrolments as mentor and mentee, whichever way round they have one; both taking part before any else."""
    rows = {(row.person_id, row.role): row for row in _enrolments(cohort, one, other)}
    ways = [
        (rows[mentor.pk, Enrolment.Role.MENTOR], rows[mentee.pk, Enrolment.Role.MENTEE])
        for mentor, mentee in ((one, other), (other, one))
        if (mentor.pk, Enrolment.Role.MENTOR) in rows and (mentee.pk, Enrolment.Role.MENTEE) in rows
    ]
    return max(ways, key=lambda pair: sum(side.state in Enrolment.TAKING_PART for side in pair), default=None)


def _enrolments(cohort: Cohort, one: Person, other: Person) -> list[Enrolment]:
    rows = Enrolment.objects.filter(cohort=cohort, person__in=(one, other))
    return list(rows.select_related("person").order_by("pk"))


def why_no_pair(cohort: Cohort, one: Person, other: Person, *, on: date) -> list[str]:
    """Why two people cannot even be judged as a pair of the cohort: a sentence for each thing in the way."""
    if one == other:
        return [_("Nobody is paired with themself.")]
    rows = _enrolments(cohort, one, other)
    missing = [person for person in (one, other) if person.pk not in {row.person_id for row in rows}]
    told = [_not_enrolled(person, cohort, on=on) for person in missing]
    roles = {row.role for row in rows}
    leader = cohort.programme.mentee_word
    if not missing and roles == {Enrolment.Role.MENTOR}:
        words = _("Both are enrolled as mentors; a pair is one mentor and one %(leader)s.")
        told.append(words % {"leader": leader})
    elif not missing and roles == {Enrolment.Role.MENTEE}:
        words = _("Both are enrolled as %(leader)ss; a pair is one mentor and one %(leader)s.")
        told.append(words % {"leader": leader})
    return [*told, *why_not_looking(rows, cohort=cohort, on=on)]


def _not_enrolled(person: Person, cohort: Cohort, *, on: date) -> str:
    if person.has_left(on=on):
        return _("%(name)s has left the organisation.") % {"name": person.name}
    return _("%(name)s is not enrolled in %(cohort)s.") % {"name": person.name, "cohort": cohort.name}


def why_not_looking(enrolments: Iterable[Enrolment], *, cohort: Cohort, on: date) -> list[str]:
    """For whom of these nobody is sought now, a sentence each; by one query."""
    rows = list(enrolments)
    day = Pause.objects.over(on).filter(enrolment=OuterRef("pk")).values("until_on")[:1]
    counted = Enrolment.objects.filter(pk__in=[row.pk for row in rows]).annotate(
        paused_until=Subquery(day),
        seated=Count("seats", distinct=True),
        asked_mentor=Count("proposals_as_mentor", filter=_open("mentor"), distinct=True),
        asked_mentee=Count("proposals_as_mentee", filter=_open("mentee"), distinct=True),
    )
    columns = ("pk", "paused_until", "seated", "asked_mentor", "asked_mentee")
    held = {key: (until, sum(taken)) for key, until, *taken in counted.values_list(*columns)}
    told = [_why(row, cohort=cohort, on=on, paused_until=held[row.pk][0], taken=held[row.pk][1]) for row in rows]
    return [words for words in told if words]


def _open(role: str) -> Q:
    return Q(**{f"proposals_as_{role}__state__in": Proposal.OPEN})


def _why(enrolment: Enrolment, *, cohort: Cohort, on: date, paused_until: date | None, taken: int) -> str:
    person, names = enrolment.person, {"name": enrolment.person.name, "cohort": cohort.name}
    if person.has_left(on=on):
        return _("%(name)s has left the organisation.") % names
    if enrolment.state not in Enrolment.TAKING_PART:
        return _by_state(enrolment.state) % names
    if paused_until is not None:
        return _("%(name)s pauses until %(day)s.") % {**names, "day": date_format(paused_until, "j F Y")}
    if taken >= enrolment.capacity:
        return _("%(name)s has no place free: pairs and open proposals take them all.") % names
    return ""


def _by_state(state: str) -> str:
    words = {
        Enrolment.State.INVITED: _("%(name)s is invited to %(cohort)s and has not enrolled yet."),
        Enrolment.State.DRAFT: _("%(name)s has begun to enrol in %(cohort)s and has not finished."),
        Enrolment.State.APPLIED: _("%(name)s has put themself forward for %(cohort)s and has no place yet."),
        Enrolment.State.WAITING: _("%(name)s is on the waiting list of %(cohort)s."),
        Enrolment.State.NOT_NOW: _("%(name)s was told that it is not this time in %(cohort)s."),
        Enrolment.State.DECLINED: _("%(name)s has said no to the invitation to %(cohort)s."),
        Enrolment.State.WITHDRAWN: _("%(name)s has withdrawn from %(cohort)s."),
        Enrolment.State.COMPLETED: _("%(name)s has completed %(cohort)s."),
    }
    return words[Enrolment.State(state)]
