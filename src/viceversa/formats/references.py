"""What rows say about other rows: cycles of managers, and people whom nobody knows."""

from collections.abc import Collection, Iterator, Mapping, Sequence


def manager_cycles(manager_of: Mapping[str, str]) -> Iterator[list[str]]:
    """Each cycle once, from its member that comes first in the mapping, which stands at both ends."""
    place = {person: index for index, person in enumerate(manager_of)}
    walk_that_saw: dict[str, int] = {}
    for walk, start in enumerate(manager_of):
        person = start
        while person in manager_of and person not in walk_that_saw:
            walk_that_saw[person] = walk
            person = manager_of[person]
        if walk_that_saw.get(person) == walk and person in manager_of:
            yield _cycle_through(person, manager_of, place)


def _cycle_through(person: str, manager_of: Mapping[str, str], place: Mapping[str, int]) -> list[str]:
    members = [person]
    while manager_of[members[-1]] != person:
        members.append(manager_of[members[-1]])
    first = min(range(len(members)), key=lambda index: place[members[index]])
    return [*members[first:], *members[:first], members[first]]


def unknown(ids: Sequence[str], *known: Collection[str]) -> list[str]:
    """Those of `ids` that none of the collections holds, each once."""
    return [one for one in dict.fromkeys(ids) if not any(one in ids_known for ids_known in known)]
