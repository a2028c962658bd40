"""The coordinator's list of enrolments: what its filters say of one enrolment, and its order."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.personas import Northmoor
from viceversa.programmes.enrolment_list import enrolments_listed, rows_of
from viceversa.programmes.models import Enrolment

NOW = datetime(2026, 6, 23, 9, 0, tzinfo=UTC)


def test_stage_and_side_are_asked_of_one_enrolment_of_whoever_has_two(northmoor: Northmoor) -> None:
    mentor = Enrolment.objects.filter(role=Enrolment.Role.MENTOR).select_related("person", "cohort").earliest("pk")
    cohort = mentor.cohort
    Enrolment.objects.filter(pk=mentor.pk).update(state=Enrolment.State.SUBMITTED)
    asked_too = Enrolment.objects.create(
        cohort=cohort, person=mentor.person, role=Enrolment.Role.MENTEE, state=Enrolment.State.INVITED, invited_at=NOW
    )

    def listed(stage: str, role: str) -> list[int]:
        return list(enrolments_listed(cohort, stage=stage, role=role, words=mentor.person.family_name))

    assert listed("invited", "mentee") == [asked_too.pk]
    assert listed("taking_part", "mentor") == [mentor.pk]
    assert listed("taking_part", "mentee") == []
    assert listed("invited", "mentor") == []


def test_a_page_keeps_the_order_of_its_keys_by_name(northmoor: Northmoor) -> None:
    cohort = Enrolment.objects.earliest("pk").cohort
    keys = list(enrolments_listed(cohort))
    assert sorted(keys) == sorted(Enrolment.objects.filter(cohort=cohort).values_list("pk", flat=True))
    names = [(row.person.family_name, row.person.given_name) for row in rows_of(keys)]
    assert len(names) > 2
    assert names == sorted(names)
    assert [row.pk for row in rows_of(keys[::-1])] == keys[::-1]


def test_a_list_of_many_holds_the_same_in_the_same_order_as_one_of_few(northmoor: Northmoor) -> None:
    cohort, other = Enrolment.objects.earliest("pk").cohort, Enrolment.objects.latest("cohort_id").cohort
    assert cohort != other
    mentor = Enrolment.objects.filter(cohort=cohort, role=Enrolment.Role.MENTOR).earliest("pk")
    for elsewhere, role in ((cohort, Enrolment.Role.MENTEE), (other, Enrolment.Role.MENTOR)):
        Enrolment.objects.get_or_create(cohort=elsewhere, person=mentor.person, role=role)
    found = []
    for stage in ("", "taking_part", "invited"):
        for role in ("", "mentor", "mentee"):
            few, many = (list(enrolments_listed(cohort, stage=stage, role=role, known=n)) for n in (2, 10_000))
            assert few == many
            found += few
    assert len(set(found)) > 4
