"""The catalogue's synonyms as a run's policy keeps them, so that "JS" and "JavaScript" are one topic to the engine.

They are stored with the run: a catalogue that changes later changes nothing of a run that was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from viceversa.people.models import Person, Topic, TopicOffer, TopicWant
from viceversa.people.topic_catalogue import matching_synonyms
from viceversa.programmes.models import Cohort, Enrolment


def with_synonyms(policy: Mapping[str, Any], *, cohort: Cohort) -> dict[str, Any]:
    """The policy with the synonyms among the words of whoever takes part; its own synonyms stand above them."""
    options = dict(policy.get("options", {}))
    options["synonyms"] = {**matching_synonyms(_words_of(cohort)), **options.get("synonyms", {})}
    return {**policy, "options": options}


def _words_of(cohort: Cohort) -> set[str]:
    people = Enrolment.objects.taking_part().filter(cohort=cohort).values("person")
    offered = TopicOffer.objects.filter(person__in=people).values("topic")
    wanted = TopicWant.objects.filter(person__in=people).values("topic")
    held = Topic.objects.filter(Q(pk__in=offered) | Q(pk__in=wanted))  # joining both would multiply one by the other
    words = set(held.order_by().values_list("name", flat=True))
    for interests in Person.objects.filter(pk__in=people).exclude(interests=[]).values_list("interests", flat=True):
        words |= set(interests)
    return words
