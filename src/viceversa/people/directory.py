"""The directory of people as the coordinator's page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from .models import Person

ROLES = ("mentor", "mentee", "both", "none")
SORTS: dict[str, tuple[str, ...]] = {
    "name": ("family_name", "given_name", "pk"),
    "grade": ("-grade", "family_name", "given_name", "pk"),
    "function": ("function", "family_name", "given_name", "pk"),
}
# Nobody types more; each word costs a comparison with every person.
_MOST_WORDS = 6


@dataclass(frozen=True)
class Wish:
    """What the reader of the directory asked for; anything unknown counts as not asked."""

    words: str = ""
    role: str = ""
    function: str = ""
    left: bool = False
    sort: str = "name"


def directory(wish: Wish, *, on: date) -> QuerySet[Person]:
    """Whoever is here on that day, or has left by then, narrowed and sorted as asked."""
    people = Person.objects.filter(leave_date__lte=on) if wish.left else Person.objects.here(on=on)
    for word in wish.words.split()[:_MOST_WORDS]:
        people = people.filter(_says(word))
    if wish.role in ROLES:
        people = people.filter(role="" if wish.role == "none" else wish.role)
    if wish.function:
        people = people.filter(function=wish.function)
    order = SORTS.get(wish.sort, SORTS["name"])
    if wish.sort == "grade":  # the two databases differ on where nothing stands
        return people.order_by(F("grade").desc(nulls_last=True), *order[1:])
    return people.order_by(*order)


def _says(word: str) -> Q:
    found = Q()
    # SQLite folds the case of ASCII letters alone.
    for spelling in {word} if word.isascii() else {word, word.lower(), word.upper(), word.title()}:
        for column in ("given_name", "family_name", "preferred_name", "person_id", "email"):
            found |= Q(**{f"{column}__icontains": spelling})
    return found


def count_here(*, on: date) -> dict[str, int]:
    """How many people are here, have left, and how many the people file names for each role."""
    here = Q(leave_date=None) | Q(leave_date__gt=on)
    return Person.objects.aggregate(
        here=Count("pk", filter=here),
        left=Count("pk", filter=Q(leave_date__lte=on)),
        mentor=Count("pk", filter=here & Q(role="mentor")),
        mentee=Count("pk", filter=here & Q(role="mentee")),
        both=Count("pk", filter=here & Q(role="both")),
        none=Count("pk", filter=here & Q(role="")),
    )


def functions() -> list[str]:
    """The organisation's functions, in the order of the alphabet."""
    names = Person.objects.exclude(function="").order_by("function").values_list("function", flat=True)
    return list(names.distinct())
