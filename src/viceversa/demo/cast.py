"""The invented company, with the demo's own people put into it and its topics in the playbook's words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from random import Random

from viceversa.demo.organisation import organisation
from viceversa.formats.people import PersonRow, Want
from viceversa.programmes.playbooks import playbook

# What many share, so that first meetings have something to begin with.
WITHOUT_ADDRESS = 4
SCARCE = 1  # so many tools are wanted by many and known by few
# What people write when they do not choose from the catalogue.
OWN_WORDS = ("Chat GPT", "short videos for the shop", "exel", "presenting without slides", "TikTok for hiring")
COMMON_INTERESTS = ("hiking", "cooking", "film", "history", "football", "gardening")


def company(*, people: int, seed: int) -> list[PersonRow]:
    """The rows of the demo's people file; Priya and Henrik stand outside each other's line."""
    chance = Random(f"cast {seed}")
    rows = [_with_programme_topics(row, chance) for row in organisation(people=people, seed=seed)]
    henrik = next(place for place, row in enumerate(rows) if _could_be_henrik(row))
    above = set(_line_above(rows, rows[henrik]))
    managers = {row.manager_id for row in rows}
    priya = next(
        place
        for place, row in enumerate(rows)
        if row.role == "mentor" and row.grade == 2 and row.person_id not in managers and not above & {row.manager_id}
        if rows[henrik].person_id not in set(_line_above(rows, row))
    )
    noor = next(place for place, row in enumerate(rows) if place != henrik and _could_be_noor(row))
    theo = next(
        place
        for place, row in enumerate(rows)
        if place != priya and row.role == "mentor" and row.grade == 1 and row.person_id not in managers
        if row.manager_id != rows[noor].manager_id and rows[noor].person_id not in set(_line_above(rows, row))
    )
    rows[henrik] = _henrik(rows[henrik])
    rows[priya] = _priya(rows[priya])
    rows[noor], rows[theo] = _noor(rows[noor]), _theo(rows[theo])
    own = (henrik, priya, noor, theo)
    rows = _some_without_address(rows, keep=own)
    kept_apart = {rows[place].person_id for place in own}
    return [_without_exclusion_of(row, kept_apart) for row in rows]


def _some_without_address(rows: Sequence[PersonRow], *, keep: Collection[int]) -> list[PersonRow]:
    """A few who work on the shop floor have no address at work, in every size of company."""
    on_the_floor = (
        place
        for place, row in enumerate(rows)
        if place not in keep and row.role == "mentor" and row.grade in (1, 2) and row.leave_date is None
    )
    without = set(islice(on_the_floor, WITHOUT_ADDRESS))
    return [replace(row, email="") if place in without else row for place, row in enumerate(rows)]


def _could_be_henrik(row: PersonRow) -> bool:
    return row.role == "mentee" and row.grade == 7 and row.leave_date is None


def _could_be_noor(row: PersonRow) -> bool:
    return row.role == "mentee" and row.grade in (5, 6, 7) and row.leave_date is None


def _line_above(rows: Sequence[PersonRow], row: PersonRow) -> Iterator[str]:
    by_id = {other.person_id: other for other in rows}
    while row.manager_id:
        yield row.manager_id
        row = by_id[row.manager_id]


def _without_exclusion_of(row: PersonRow, kept: set[str]) -> PersonRow:
    """Nobody avoids the demo's own, so that the story holds for every size of company."""
    return replace(row, excludes=tuple(other for other in row.excludes if other not in kept))


def _with_programme_topics(row: PersonRow, chance: Random) -> PersonRow:
    """Whoever takes part knows and wants some of the programme's own topics."""
    topics, more = playbook("empower").topics, playbook("connected-leaders").topics
    shown = [topic.name for topic in topics if topic.taught_by == "mentor"]
    returned = [topic.name for topic in topics if topic.taught_by == "mentee"]
    tools = [topic.name for topic in more if topic.taught_by == "mentor"]
    if row.role == "mentor":
        offers = {name: chance.choice((3, 4, 4, 5)) for name in chance.sample(shown, 3)}
        offers |= {name: chance.choice((3, 4, 5)) for name in chance.sample(tools[SCARCE:], 2)}
        if chance.random() < 0.05:
            offers[tools[0]] = 5
        wants = {name: Want(chance.randint(1, 3), chance.randint(0, 1)) for name in chance.sample(returned, 2)}
    elif row.role == "mentee":
        offers = {name: chance.choice((3, 4, 5)) for name in chance.sample(returned, 2)}
        wants = dict(zip(chance.sample(shown, 3), (Want(3, 0), Want(2, 1), Want(2, 0)), strict=True))
        wants |= {chance.choice((tools[0], *tools)): Want(3, 1)}
    else:
        return row
    if row.role == "mentor" and chance.random() < 0.2:
        offers[chance.choice(OWN_WORDS)] = 4
    interests = tuple(dict.fromkeys((*chance.sample(COMMON_INTERESTS, 3), *row.interests[:2])))
    return replace(row, offers={**row.offers, **offers}, wants={**row.wants, **wants}, interests=interests)


def _in_leeds(row: PersonRow) -> PersonRow:
    return replace(row, location="Leeds", time_zone="Europe/London", languages=("en",), hours=(540, 1020))


def _henrik(row: PersonRow) -> PersonRow:
    return replace(
        _in_leeds(row),
        given_name="Henrik",
        family_name="Solberg",
        email="henrik.solberg@northmoor.example",
        job_title="Operating officer",
        wants={"How our meetings feel": Want(3, 1), "Speaking up and what follows": Want(2, 0)},
        offers={"How budgets are decided": 5, "Presenting to the board": 4},
        interests=("hiking", "cooking", "history"),
        excludes=(),
        prefers=(),
        leave_date=None,
        style_formality=4,
        style_structure=4,
    )


def _priya(row: PersonRow) -> PersonRow:
    return replace(
        _in_leeds(row),
        given_name="Priya",
        family_name="Raman",
        email="priya.raman@northmoor.example",
        job_title="Data analyst",
        offers={"How our meetings feel": 5, "Speaking up and what follows": 4, "Accessibility in everyday work": 3},
        wants={"How budgets are decided": Want(3, 0), "Career paths and sponsorship": Want(2, 1)},
        interests=("hiking", "film", "history"),
        excludes=(),
        prefers=(),
        leave_date=None,
        style_formality=2,
        style_structure=3,
    )


def _noor(row: PersonRow) -> PersonRow:
    return replace(
        _in_leeds(row),
        given_name="Noor",
        family_name="Haddad",
        email="noor.haddad@northmoor.example",
        job_title="Head of stores, north",
        wants={"Hybrid work and who gets seen": Want(3, 1), "Belonging at work": Want(2, 0)},
        offers={"Career paths and sponsorship": 5, "How to disagree with senior people": 4},
        interests=("cooking", "film", "football"),
        excludes=(),
        prefers=(),
        leave_date=None,
    )


def _theo(row: PersonRow) -> PersonRow:
    """Who comes as late as Noor, and knows what she wants."""
    return replace(
        _in_leeds(row),
        given_name="Theo",
        family_name="Marsh",
        email="theo.marsh@northmoor.example",
        job_title="Scheduling assistant",
        offers={"Hybrid work and who gets seen": 5, "Belonging at work": 4},
        wants={"Career paths and sponsorship": Want(3, 0)},
        interests=("cooking", "film", "gardening"),
        excludes=(),
        prefers=(),
        leave_date=None,
    )
