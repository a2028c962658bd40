"""What a coordinator does to the catalogue of topics: add, change, merge, retire, say what a word means.

What people wrote stays as they wrote it; a synonym says what it means. Only a merge moves what people offer and
want, by the people file's own rule for a topic that is listed twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.fingerprint import check_unchanged
from viceversa.accounts.models import User
from viceversa.formats.topics import distinct, normal

from .models import Person, Topic, TopicOffer, TopicSynonym, TopicWant
from .models.topic import held_by_somebody

Standing = Topic.Standing


@dataclass(frozen=True)
class TopicContent:
    """What a coordinator writes of a topic."""

    name: str
    family: str
    description: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True)
class Taken:
    """A word that means another topic already; ``is_name`` where it is what the coordinator wrote as the name."""

    word: str
    topic: str
    is_name: bool


class WordsTaken(Exception):
    """Words that mean another topic already; all of them."""

    def __init__(self, taken: tuple[Taken, ...]) -> None:
        super().__init__(f"{len(taken)} words are taken")
        self.taken = taken


class NotThere(Exception):
    """The topic was merged or made a synonym meanwhile."""


def content_of(topic: Topic) -> TopicContent:
    synonyms = tuple(topic.synonyms.order_by("key").values_list("name", flat=True))
    return TopicContent(topic.name, topic.family, topic.description, synonyms)


@transaction.atomic
def add_topic(content: TopicContent, *, by: User | None, now: datetime, public_id: str) -> Topic:
    """Put a topic into the catalogue; people's own words of the same name become it. Raises ``WordsTaken``.

    The same ``public_id`` again is the same topic.
    """
    _hold_catalogue()
    there = Topic.objects.in_catalogue().filter(public_id=public_id).first()
    if there is not None:
        return there
    content = _tidy(content)
    _check_free(content, besides=None)
    topic = Topic.objects.filter(key=normal(content.name)).first() or Topic(key=normal(content.name))
    topic.public_id, topic.standing = public_id, Standing.LISTED
    _write(topic, content)
    _record("added", topic, by=by, now=now)
    return topic


@transaction.atomic
def change_topic(topic: Topic, *, content: TopicContent, seen: str, by: User, now: datetime) -> None:
    """Change name, family, description and synonyms. A name that is given up becomes a synonym.

    Raises ``ChangedMeanwhile``, ``WordsTaken``, ``NotThere``.
    """
    _hold_catalogue()
    held = _held(topic)
    check_unchanged(asdict(content_of(held)), seen=seen)
    if normal(content.name) != held.key:
        content = TopicContent(content.name, content.family, content.description, (*content.synonyms, held.name))
    content = _tidy(content)
    _check_free(content, besides=held)
    same_word = Topic.objects.filter(key=normal(content.name)).exclude(pk=held.pk).first()
    if same_word is not None:  # people's own words that the new name now says
        _carry_over(same_word, into=held)
        same_word.delete()
    _write(held, content)
    _record("changed", held, by=by, now=now)


@transaction.atomic
def merge_topics(topic: Topic, *, into: Topic, by: User, now: datetime) -> int:
    """Make ``topic`` a part of ``into``: its words mean that now, and who offers or wants it does that.

    Returns how many people's lists changed. Raises ``NotThere`` when either is gone, or both are one.
    """
    _hold_catalogue()
    gone, stays = _held(topic), _held(into)
    if gone.pk == stays.pk:
        raise NotThere
    people = {*gone.offers.values_list("person", flat=True), *gone.wants.values_list("person", flat=True)}
    _carry_over(gone, into=stays)
    gone.synonyms.update(topic=stays)
    gone.delete()
    TopicSynonym.objects.create(topic=stays, key=gone.key, name=gone.name)
    _record("merged", stays, by=by, now=now, facts={"topic": topic.public_id, "people": len(people)})
    return len(people)


@transaction.atomic
def retire_topic(topic: Topic, *, by: User, now: datetime) -> None:
    """Offer it to nobody any more. Who has it on their list keeps it."""
    _set_standing(topic, was=Standing.LISTED, becomes=Standing.RETIRED, verb="retired", by=by, now=now)


@transaction.atomic
def restore_topic(topic: Topic, *, by: User, now: datetime) -> None:
    """Offer it again."""
    _set_standing(topic, was=Standing.RETIRED, becomes=Standing.LISTED, verb="restored", by=by, now=now)


@transaction.atomic
def say_what_word_means(word: Topic, *, topic: Topic, by: User, now: datetime) -> None:
    """Make somebody's own word a synonym. Their lists stay as they wrote them. Raises ``NotThere``, ``WordsTaken``."""
    _hold_catalogue()
    held = _held(topic)
    if not Topic.objects.own_words().filter(pk=word.pk).exists():
        raise NotThere
    TopicSynonym.objects.create(topic=held, key=word.key, name=word.name)
    _record("synonym_added", held, by=by, now=now)


@transaction.atomic
def take_meaning(person: Person, *, word: Topic, topic: Topic, by: User, now: datetime) -> bool:
    """Put a topic of the catalogue where a person wrote words of their own; False when these are not theirs."""
    mine = {"person": person, "topic": word}
    if not topic.is_listed or not (TopicOffer.objects.filter(**mine) or TopicWant.objects.filter(**mine)):
        return False
    _carry_over(word, into=topic, of=person)
    Topic.objects.filter(pk=word.pk, standing=Standing.WORDS).exclude(held_by_somebody()).delete()
    record("person.chose_topic", noun="person", object_id=person.public_id, by=by, now=now)
    return True


def _tidy(content: TopicContent) -> TopicContent:
    """Without synonyms that say the same again, or the name."""
    own = normal(content.name)
    synonyms = tuple(word for word in distinct(content.synonyms) if normal(word) != own)
    return TopicContent(content.name.strip(), content.family.strip(), content.description.strip(), synonyms)


def _check_free(content: TopicContent, *, besides: Topic | None) -> None:
    words = {normal(content.name): content.name} | {normal(word): word for word in content.synonyms}
    names = Topic.objects.in_catalogue().filter(key__in=words)
    synonyms = TopicSynonym.objects.filter(key__in=words)
    if besides is not None:
        names, synonyms = names.exclude(pk=besides.pk), synonyms.exclude(topic=besides)
    meant = dict(names.values_list("key", "name")) | dict(synonyms.values_list("key", "topic__name"))
    own = normal(content.name)
    taken = tuple(Taken(word, meant[key], is_name=key == own) for key, word in words.items() if key in meant)
    if taken:
        raise WordsTaken(taken)


def _write(topic: Topic, content: TopicContent) -> None:
    topic.name, topic.key = content.name, normal(content.name)
    topic.family, topic.description = content.family, content.description
    topic.save()
    wanted = {normal(word): word for word in content.synonyms}
    topic.synonyms.exclude(key__in=wanted).delete()
    TopicSynonym.objects.bulk_create(
        [TopicSynonym(topic=topic, key=key, name=name) for key, name in wanted.items()],
        update_conflicts=True,
        update_fields=["name"],
        unique_fields=["key"],
    )


def _carry_over(topic: Topic, *, into: Topic, of: Person | None = None) -> None:
    """Who has both keeps the higher level; the higher priority, then the higher own level."""
    offers, wants = TopicOffer.objects.filter(topic=topic), TopicWant.objects.filter(topic=topic)
    if of is not None:
        offers, wants = offers.filter(person=of), wants.filter(person=of)
    _keep_higher(offers, TopicOffer.objects.filter(topic=into), columns=("level",))
    _keep_higher(wants, TopicWant.objects.filter(topic=into), columns=("priority", "current"))
    offers.update(topic=into)
    wants.update(topic=into)


def _keep_higher(leaving: object, staying: object, *, columns: tuple[str, ...]) -> None:
    """Settle those who have both, so that what is left of ``leaving`` can move without meeting its like."""
    rows = {row.person_id: row for row in staying.filter(person__in=leaving.values("person"))}  # type: ignore[attr-defined]
    doubled = list(leaving.filter(person__in=list(rows)))  # type: ignore[attr-defined]
    raised = []
    for row in doubled:
        kept = rows[row.person_id]
        if [getattr(row, name) for name in columns] > [getattr(kept, name) for name in columns]:
            for name in columns:
                setattr(kept, name, getattr(row, name))
            raised.append(kept)
    staying.bulk_update(raised, list(columns))  # type: ignore[attr-defined]
    leaving.filter(pk__in=[row.pk for row in doubled]).delete()  # type: ignore[attr-defined]


def _set_standing(topic: Topic, *, was: str, becomes: str, verb: str, by: User, now: datetime) -> None:
    if Topic.objects.filter(pk=topic.pk, standing=was).update(standing=becomes):
        _record(verb, topic, by=by, now=now)


def _hold_catalogue() -> None:
    """One change of the catalogue at a time: no word may come to mean two topics."""
    Topic.objects.select_for_update().in_catalogue().order_by("pk").first()


def _held(topic: Topic) -> Topic:
    held = Topic.objects.select_for_update().in_catalogue().filter(pk=topic.pk).first()
    if held is None:
        raise NotThere
    return held


def _record(
    verb: str, topic: Topic, *, by: User | None, now: datetime, facts: dict[str, str | int | bool | None] | None = None
) -> None:
    record(verb, noun="topic", object_id=topic.public_id, by=by, now=now, facts=facts)


@dataclass(frozen=True)
class NewTopic:
    """A topic of a file, about to be taken in."""

    content: TopicContent
    source: str = ""


@transaction.atomic
def take_in(topics: Iterable[NewTopic]) -> int:
    """Add many at once, by few queries; how many are new.

    A name that stands in the catalogue is left as it is there; a synonym that means something already, or is
    another's name, is left out.
    """
    _hold_catalogue()
    standings = dict(Topic.objects.values_list("key", "standing"))
    taken = set(TopicSynonym.objects.values_list("key", flat=True))
    fresh: dict[str, NewTopic] = {}
    for new in topics:
        key = normal(new.content.name)
        if standings.get(key, Standing.WORDS) == Standing.WORDS and key not in taken:
            fresh.setdefault(key, new)
    rows = [
        Topic(
            key=key,
            name=new.content.name,
            family=new.content.family,
            description=new.content.description,
            standing=Standing.LISTED,
            source=new.source,
        )
        for key, new in fresh.items()
    ]
    Topic.objects.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=["name", "family", "description", "standing", "source"],
        unique_fields=["key"],
        batch_size=500,
    )
    keys = dict(Topic.objects.in_catalogue().values_list("key", "pk"))
    synonyms: dict[str, TopicSynonym] = {}
    for key, new in fresh.items():
        for word in new.content.synonyms:
            form = normal(word)
            if form not in keys and form not in taken:
                synonyms.setdefault(form, TopicSynonym(topic_id=keys[key], key=form, name=word))
    TopicSynonym.objects.bulk_create(synonyms.values(), batch_size=500)
    return len(fresh)
