"""Each need of the coordinator's queue in words: who, why, and the one next step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.journey.attention import Kind, Need, leaver_of
from viceversa.journey.steps import RUNS
from viceversa.pairing.at_risk import Risk
from viceversa.pairing.funnel import Funnel
from viceversa.pairing.models import Ending, MatchRun, Pair
from viceversa.people.models import Person
from viceversa.programmes.models import Programme


@dataclass(frozen=True)
class Desk:
    """Whose queue it is, and when it is read."""

    programme: Programme
    funnel: Funnel
    now: datetime

    @property
    def leaders(self) -> str:
        return leaders_word(self.programme)


@dataclass(frozen=True)
class Item:
    """One line of the queue. ``contacted`` is the meeting and the person whose wish the button answers; ``step`` the
    kind and the thing of the step that helps, with ``does`` on its button. The link stands beside it then."""

    title: str
    tag: str
    tone: str
    why: str
    action: str
    url: str
    pair: Pair | None = None
    person: Person | None = None
    side: str = "staff"
    number: int = 0
    contacted: tuple[str, str] | None = None
    step: tuple[str, str] | None = None
    does: str = ""


def leaders_word(programme: Programme) -> str:
    """The programme's own word for its mentees, many of them, in the middle of a sentence."""
    word = programme.mentee_word
    return _("leaders") if word == "leader" else word


def items_of(needs: list[Need], desk: Desk) -> list[Item]:
    return [_with_step(WORDS[need.kind](need, desk), need) for need in needs]


def _with_step(item: Item, need: Need) -> Item:
    """The line with its button, where one press does what helps."""
    does = STEP_WORDS.get(need.kind)
    if does is None:
        return item
    pair = need.pair.public_id if need.pair is not None else ""
    thing = need.run.public_id if need.run is not None else pair
    return replace(item, step=(str(need.kind), "" if need.kind in RUNS else thing), does=does())


def mail_to(*people: Person, subject: str) -> str:
    """A letter of the coordinator's own, begun in their mail program; "" where nobody has an address."""
    addresses = ",".join(quote(person.email, safe="@") for person in people if person.email)
    return f"mailto:{addresses}?subject={quote(subject)}" if addresses else ""


def _two(need: Need) -> tuple[Pair, Person, Person, dict[str, str]]:
    assert need.pair is not None
    leader, mentor = need.pair.mentee.person, need.pair.mentor.person
    return need.pair, leader, mentor, {"leader": leader.name, "mentor": mentor.name}


def _write(need: Need, desk: Desk, *people: Person) -> tuple[str, str]:
    """The button that writes to these people, or leads to the first where nobody has an address."""
    url = mail_to(*people, subject=_("Your meetings in %(programme)s") % {"programme": desk.programme.name})
    if not url:
        return _("See %(name)s") % {"name": people[0].short_name}, reverse("person", args=[people[0].public_id])
    if len(people) == 1:
        return _("Write to %(name)s") % {"name": people[0].short_name}, url
    return _("Write to both"), url


def _days(need: Need, desk: Desk) -> int:
    return max(0, (desk.now - need.since).days)


def _day(moment: datetime) -> str:
    return str(date_format(moment.date(), "j F"))


def _not_met(need: Need, desk: Desk) -> Item:
    pair, leader, mentor, names = _two(need)
    days = _days(need, desk)
    since = ngettext("%(days)s day since they were paired", "%(days)s days since they were paired", days)
    moved = need.rhythm.times_moved if need.rhythm else 0
    why = filled(since, days=days) + (
        _("; they moved the date and have none now.") if moved else _("; no date is set.")
    )
    action, url = _write(need, desk, leader, mentor)
    title = _("%(leader)s and %(mentor)s have not met") % names
    return Item(title, _("Late"), "warn", why, action, url, pair=pair)


def _slipping(need: Need, desk: Desk) -> Item:
    pair, leader, mentor, names = _two(need)
    has_date = need.rhythm is not None and need.rhythm.starts_at is not None
    why = _("The next date stands. A third move is worth a call.")
    if not has_date:
        why = _("There is no new date yet. A third move is worth a call.")
    action, url = _write(need, desk, leader, mentor)
    title = _("Two postponements in a row: %(leader)s and %(mentor)s") % names
    return Item(title, _("Slipping"), "warn", why, action, url, pair=pair)


def _quiet(need: Need, desk: Desk) -> Item:
    pair, leader, mentor, names = _two(need)
    words = _("%(days)s days since they last met, and no next date. The programme meets every %(cadence)s days.")
    why = words % {"days": _days(need, desk), "cadence": desk.programme.cadence_days}
    action, url = _write(need, desk, leader, mentor)
    title = _("It has gone quiet between %(leader)s and %(mentor)s") % names
    return Item(title, _("Quiet"), "warn", why, action, url, pair=pair)


def _not_said(need: Need, desk: Desk) -> Item:
    pair, leader, mentor, names = _two(need)
    why = _("Their date was on %(day)s. Both were asked on their own page; neither has answered.")
    action, url = _write(need, desk, leader, mentor)
    title = _("Nobody has said whether %(leader)s and %(mentor)s met") % names
    return Item(title, _("Open"), "plain", why % {"day": _day(need.since)}, action, url, pair=pair)


def _no_date(need: Need, desk: Desk) -> Item:
    pair, leader, mentor, names = _two(need)
    why = _("Their next meeting was due on %(day)s.") % {"day": _day(need.since)}
    action, url = _write(need, desk, leader, mentor)
    title = _("%(leader)s and %(mentor)s have no next date") % names
    return Item(title, _("Late"), "warn", why, action, url, pair=pair)


def _contact(need: Need, desk: Desk) -> Item:
    assert need.wish is not None
    pair, leader, mentor, _names = _two(need)
    is_mentor = pair.mentor.person_id == need.wish.person_id
    person = mentor if is_mentor else leader
    action, url = _write(need, desk, person)
    return Item(
        title=_("%(name)s asked to be contacted") % {"name": person.name},
        tag=_("Asked"),
        tone="accent",
        why=_("They ticked “please contact me” in a check-in on %(day)s. What they answered stays with them.")
        % {"day": _day(need.since)},
        action=action,
        url=url,
        person=person,
        side="mentor" if is_mentor else "leader",
        contacted=(need.wish.meeting, person.public_id),
    )


def _rule(need: Need, desk: Desk) -> Item:
    pair, _leader, mentor, names = _two(need)
    title = _("%(leader)s and %(mentor)s are now in one reporting line")
    if need.risk is Risk.SAME_MANAGER:
        title = _("%(leader)s and %(mentor)s now have the same manager")
    why = _("The programme’s rules would not pair them today. It shows in the newest people file.")
    if pair.state == Pair.State.PAUSED:
        why = _("The pair is paused, and you alone know. Talk with both. If the line changes back, they go on.")
    see = _("See the line")
    return Item(title % names, _("Rule"), "bad", why, see, reverse("person", args=[mentor.public_id]), pair=pair)


def _leaving(need: Need, desk: Desk) -> Item:
    pair, _leader, _mentor, _names = _two(need)
    leaver = leaver_of(pair, on=desk.now.date())
    partner = pair.partner_of(leaver)
    assert leaver.leave_date is not None
    gone = leaver.has_left(on=desk.now.date())
    title = _("%(name)s has left") if gone else _("%(name)s leaves")
    facts = {"partner": partner.name, "day": date_format(leaver.leave_date, "j F")}
    words = (
        _("Last day %(day)s. %(partner)s would go on alone.") if not gone else _("Since %(day)s, %(partner)s is alone.")
    )
    action, url = _write(need, desk, partner)
    return Item(title % {"name": leaver.name}, _("Leaving"), "warn", words % facts, action, url, pair=pair)


def _alone(need: Need, desk: Desk) -> Item:
    pair, leader, mentor, _names = _two(need)
    went, stays = (mentor, leader) if pair.ending.side == Ending.Side.MENTOR else (leader, mentor)
    happened = {
        Ending.Category.LEFT.value: _("%(name)s no longer works here."),
        Ending.Category.WITHDREW.value: _("%(name)s stopped taking part."),
    }.get(pair.ending.category, _("Their pair has ended."))
    told = _("Both calendars are cleared, and %(stays)s was told kindly. A new run finds somebody new.")
    return Item(
        title=_("%(name)s has no partner any more") % {"name": stays.name},
        tag=_("Alone"),
        tone="warn",
        why=" ".join((happened % {"name": went.name}, told % {"stays": stays.short_name})),
        action=_("See the runs"),
        url=reverse("run_list", args=[desk.programme.public_id]),
        person=stays,
        side="leader" if stays == leader else "mentor",
    )


def _run(need: Need) -> MatchRun:
    assert need.run is not None
    return need.run


def _review(need: Need, desk: Desk) -> Item:
    run = _run(need)
    words = ngettext(
        "It found %(count)s pair. Nobody is told before you publish it.",
        "It found %(count)s pairs. Nobody is told before you publish them.",
        need.count,
    )
    return Item(
        title=_("Run %(number)s waits for your review") % {"number": run.number},
        tag=_("To review"),
        tone="accent",
        why=filled(words, count=need.count),
        action=_("Review the run"),
        url=reverse("run", args=[run.public_id]),
        number=need.count,
    )


def _answers(need: Need, desk: Desk) -> Item:
    run = _run(need)
    title = ngettext(
        "%(count)s proposal is close to its last day", "%(count)s proposals are close to their last day", need.count
    )
    return Item(
        title=filled(title, count=need.count),
        tag=_("Unanswered"),
        tone="warn",
        why=_("Who has answered stays private until both have. After the last day a proposal ends by itself."),
        action=_("See the proposals"),
        url=reverse("run", args=[run.public_id]),
        number=need.count,
    )


def _unmatched(need: Need, desk: Desk) -> Item:
    leaders, mentors = desk.funnel.leaders.waiting, desk.funnel.mentors.waiting
    if leaders:
        words = ngettext("%(count)s %(leader)s looks for a mentor", "%(count)s %(leader)ss look for a mentor", leaders)
        title = filled(words, count=leaders, leader=desk.programme.mentee_word)
        words = ngettext("%(count)s mentor has no partner.", "%(count)s mentors have no partner.", mentors)
        why = filled(words, count=mentors)
        why = why if mentors else _("Each has a reason, and most have a loosening that would help.")
    else:
        title = ngettext("%(count)s mentor has no partner", "%(count)s mentors have no partner", mentors)
        title = filled(title, count=mentors)
        why = _("Every %(leader)s has one. More %(leaders)s, or a place kept for later, would help.") % {
            "leader": desk.programme.mentee_word,
            "leaders": desk.leaders,
        }
    url = reverse("run_unmatched", args=[_run(need).public_id])
    return Item(title, _("Unmatched"), "", why, _("See who and why"), url, number=leaders or mentors)


def _invited(need: Need, desk: Desk) -> Item:
    title = ngettext(
        "%(count)s invitation has had no answer since %(day)s",
        "%(count)s invitations have had no answer, the oldest since %(day)s",
        need.count,
    )
    return Item(
        title=filled(title, count=need.count, day=_day(need.since)),
        tag=_("Unanswered"),
        tone="plain",
        why=_("Two reminders have gone out by themselves. One more letter, in your name, is the last that helps."),
        action=_("See who they are"),
        url=f"{reverse('enrolment_list', args=[desk.programme.public_id])}?stage=invited",
        number=need.count,
    )


STEP_WORDS: dict[Kind, Callable[[], str]] = {
    Kind.NOT_MET: lambda: _("Ask both for a date"),
    Kind.QUIET: lambda: _("Ask both for a date"),
    Kind.NO_DATE: lambda: _("Ask both for a date"),
    Kind.SLIPPING: lambda: _("Ask both to keep it"),
    Kind.NOT_SAID: lambda: _("Ask both whether they met"),
    Kind.ANSWERS: lambda: _("Remind who has not answered"),
    Kind.INVITED: lambda: _("Send the letter again"),
    Kind.ALONE: lambda: _("Match again"),
    Kind.UNMATCHED: lambda: _("Match again"),
    Kind.RULE: lambda: _("Leave them as they are"),
    Kind.LEAVING: lambda: _("I have seen to it"),
}

WORDS: dict[Kind, Callable[[Need, Desk], Item]] = {
    Kind.CONTACT: _contact,
    Kind.RULE: _rule,
    Kind.LEAVING: _leaving,
    Kind.ALONE: _alone,
    Kind.NOT_MET: _not_met,
    Kind.SLIPPING: _slipping,
    Kind.QUIET: _quiet,
    Kind.NOT_SAID: _not_said,
    Kind.NO_DATE: _no_date,
    Kind.REVIEW: _review,
    Kind.ANSWERS: _answers,
    Kind.UNMATCHED: _unmatched,
    Kind.INVITED: _invited,
}
