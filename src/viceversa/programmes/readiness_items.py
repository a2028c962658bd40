"""What the product knows about a programme's readiness, each with the verdict, the reason and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.access import Role
from viceversa.accounts.models import RoleGrant
from viceversa.accounts.numbers import filled

from .handlers import LEAST
from .models import Cohort, Programme
from .policy import complete_policy
from .readiness import Readiness
from .readiness_intake import intake_items
from .readiness_item import Item, Place, Verdict
from .readiness_pool import Pool, Source, pool_of
from .standards import Standard
from .survey_plan import MOST_MINUTES, compares, minutes_of

FIRST_MEETING_WITHIN = timedelta(days=14)  # of the pair's forming
TIME_TO_RECRUIT = timedelta(days=14)
MANY = 0.2  # of the people concerned


def pool_for(programme: Programme, *, today: date) -> Pool:
    """Who could be matched in the cohort that the programme looks at, by its own rules."""
    rules = complete_policy(programme.policy)["rules"]
    return pool_of(programme.current_cohort, today=today, teach_level=int(rules["teach_level_min"]))


def known_items(programme: Programme, *, gate: Readiness, pool: Pool, today: date) -> Iterator[Item]:
    """Everything that is looked up, in the order of the standards."""
    rules = complete_policy(programme.policy)["rules"]
    cohort = programme.current_cohort
    yield _objective(gate)
    yield from _ethics(programme, rules=rules, today=today)
    yield from _selection(pool, rules=rules)
    yield _measurement(programme)
    yield from _administration(programme, cohort, gate=gate, today=today)
    yield from intake_items(programme, cohort, pool=pool)


def _objective(gate: Readiness) -> Item:
    complete = sum(state.is_complete for state in gate.objectives)
    if not complete:
        reason = _("No objective has its number of today, its target and its owner.")
        verdict, advice = Verdict.NOT_YET, _("Complete one. Without it nobody can say later whether it was worth it.")
    elif complete < len(gate.objectives):
        reason = _("%(complete)s of %(all)s objectives are complete.")
        reason = filled(reason, complete=complete, all=len(gate.objectives))
        verdict, advice = Verdict.CAUTION, _("Complete the others, or remove those that nobody will measure.")
    else:
        words = ngettext("The objective is complete.", "All %(count)s objectives are complete.", complete)
        verdict, reason, advice = Verdict.GO, filled(words, count=complete), ""
    title = _("An objective that can be checked")
    return Item("objective", Standard.PURPOSE, verdict, title, reason, advice, Place.OBJECTIVES)


def _ethics(programme: Programme, *, rules: dict[str, Any], today: date) -> Iterator[Item]:
    yield _handlers(programme, today=today)
    yield _text(
        "limits",
        programme.limits_text,
        title=_("The limits of confidentiality are written down"),
        place=Place.LIMITS,
        advice=_("Write them before the first meeting: afterwards they come too late."),
    )
    yield _text(
        "consent",
        programme.consent_text,
        title=_("What people agree to is written down"),
        place=Place.CONSENT,
        advice=_("Write in plain words what is done with what people tell."),
    )
    is_guarded = rules["reporting_line"] != 0
    yield Item(
        "firewall",
        Standard.ETHICS,
        Verdict.GO if is_guarded else Verdict.NOT_YET,
        _("Nobody is paired with somebody who decides about their work"),
        _("The rules keep reporting lines apart.") if is_guarded else _("The rules let reporting lines be paired."),
        "" if is_guarded else _("Keep reporting lines apart: nobody speaks freely to their own manager."),
        Place.RULES,
    )


def _handlers(programme: Programme, *, today: date) -> Item:
    """Those who hold the role, can sign in and are still here, or a contact outside with a way to reach them."""
    grants = RoleGrant.objects.standing().filter(role=Role.HANDLER.value, user=OuterRef("user"))
    named = programme.handlers.exclude(user__is_active=False).exclude(user__person__leave_date__lte=today)
    rows = named.annotate(holds=Exists(grants)).values_list("user", "holds", "is_outside_hr")
    standing = [is_outside for user, holds, is_outside in rows if user is None or holds]
    count, outside = len(standing), any(standing)
    title = _("Somebody to turn to, outside the line of HR too")
    if count < LEAST:
        words = filled(ngettext("One handler is named.", "%(count)s handlers are named.", count), count=count)
        reason = words if count else _("No handler is named.")
        advice = _("Name two, one of them outside the line of HR, so that people can choose.")
        return Item("handlers", Standard.ETHICS, Verdict.NOT_YET, title, reason, advice, Place.HANDLERS)
    reason = filled(ngettext("%(count)s handler is named.", "%(count)s handlers are named.", count), count=count)
    if outside:
        return Item("handlers", Standard.ETHICS, Verdict.GO, title, reason, place=Place.HANDLERS)
    reason = f"{reason} {_('None of them is outside the line of HR.')}"
    advice = _("Name one who is outside, or an outside contact.")
    return Item("handlers", Standard.ETHICS, Verdict.CAUTION, title, reason, advice, Place.HANDLERS)


def _text(code: str, text: str, *, title: str, place: Place, advice: str) -> Item:
    if text.strip():
        return Item(code, Standard.ETHICS, Verdict.GO, title, _("It is."), place=place)
    return Item(code, Standard.ETHICS, Verdict.NOT_YET, title, _("Nothing is written yet."), advice, place)


def _selection(pool: Pool, *, rules: dict[str, Any]) -> Iterator[Item]:
    if pool.source is Source.NOBODY:
        yield Item(
            "pool",
            Standard.SELECTION,
            Verdict.CAUTION,
            _("Enough mentors for those who want to learn"),
            _("Nobody takes part yet, and the people file names no mentors or leaders."),
            _("Bring in a people file with roles, or launch and look here again when people have enrolled."),
            Place.PEOPLE,
        )
        return
    yield _numbers(pool)
    yield _grades(pool, gap=int(rules["grade_gap_min"]))
    if rules["must_teach"]:
        yield _topics(pool)
    yield _lines(pool)


def _numbers(pool: Pool) -> Item:
    told = {
        Source.COHORT: _(
            "Those who take part: places for %(mentors)s pairs on the mentors’ side, %(leaders)s on the other."
        ),
        Source.FILE: _(
            "By the people file: places for %(mentors)s pairs on the mentors’ side, %(leaders)s on the other."
        ),
    }[pool.source]
    reason = filled(told, mentors=pool.mentors.places, leaders=pool.mentees.places)
    title = _("Enough mentors for those who want to learn")
    if not pool.mentors.places or not pool.mentees.places:
        advice = _("One side is empty. Recruit there before you launch.")
        return Item("pool", Standard.SELECTION, Verdict.NOT_YET, title, reason, advice, Place.PEOPLE)
    if pool.mentors.places < pool.mentees.places:
        missing = pool.mentees.places - pool.mentors.places
        words = ngettext("%(count)s leader would go without.", "%(count)s leaders would go without.", missing)
        advice = _("Recruit more mentors, or invite fewer leaders at first.")
        reason = f"{reason} {filled(words, count=missing)}"
        return Item("pool", Standard.SELECTION, Verdict.CAUTION, title, reason, advice, Place.PEOPLE)
    return Item("pool", Standard.SELECTION, Verdict.GO, title, reason, place=Place.PEOPLE)


def _grades(pool: Pool, *, gap: int) -> Item:
    title = _("The rule about grades fits the people")
    lost = pool.leaders_without_junior(gap=gap)
    facts = {"lost": lost, "all": pool.mentees.people, "gap": gap}
    if not lost:
        reason = _("For every leader there are mentors %(gap)s or more grades below.") % facts
        return Item("grades", Standard.SELECTION, Verdict.GO, title, reason, place=Place.RULES)
    reason = _("For %(lost)s of %(all)s leaders nobody is %(gap)s grades below.") % facts
    verdict = Verdict.NOT_YET if lost > pool.mentees.people / 2 else Verdict.CAUTION
    advice = _("Ask for fewer grades between the two, or bring in mentors of lower grades.")
    return Item("grades", Standard.SELECTION, verdict, title, reason, advice, Place.RULES)


def _topics(pool: Pool) -> Item:
    title = _("Mentors can teach what is wanted most")
    if not pool.topics:
        reason = _("Nobody has said yet what they want to learn.")
        advice = _("Look here again when leaders have enrolled; topics are asked there.")
        return Item("topics", Standard.SELECTION, Verdict.CAUTION, title, reason, advice, Place.INVITE)
    short = [topic for topic in pool.topics if topic.offered < topic.wanted]
    if not short:
        reason = _("Each of the %(count)s topics wanted most has as many mentors as leaders.")
        reason = filled(reason, count=len(pool.topics))
        return Item("topics", Standard.SELECTION, Verdict.GO, title, reason, place=Place.PEOPLE)
    told = "; ".join(
        _("%(topic)s: %(wanted)s want it, %(offered)s can teach it")
        % {"topic": topic.name, "wanted": topic.wanted, "offered": topic.offered}
        for topic in short
    )
    nobody = all(topic.offered == 0 for topic in pool.topics)
    advice = _("Recruit mentors for these topics, or let the mentor know less of it (rules of matching).")
    verdict = Verdict.NOT_YET if nobody else Verdict.CAUTION
    return Item("topics", Standard.SELECTION, verdict, title, f"{told}.", advice, Place.RULES)


def _lines(pool: Pool) -> Item:
    title = _("Reporting lines are known and leave room")
    unknown, people = pool.everybody.without_manager, pool.everybody.people
    if unknown > people * MANY:
        reason = _("Of %(all)s people, %(unknown)s have no manager in the file, so their line cannot be kept apart.")
        advice = _("Bring in a people file with the column of managers.")
        reason = filled(reason, all=people, unknown=unknown)
        return Item("lines", Standard.SELECTION, Verdict.CAUTION, title, reason, advice, Place.PEOPLE)
    inside = pool.mentors.in_line
    facts = {"inside": inside, "all": pool.mentors.people}
    if inside > pool.mentors.people / 2:
        reason = _("%(inside)s of %(all)s mentors report to a leader who takes part, within two levels.") % facts
        advice = _("Invite mentors from other parts of the house: within one line nobody is paired.")
        return Item("lines", Standard.SELECTION, Verdict.CAUTION, title, reason, advice, Place.PEOPLE)
    reason = _("%(inside)s of %(all)s mentors report to a leader who takes part; they get others.") % facts
    return Item("lines", Standard.SELECTION, Verdict.GO, title, reason, place=Place.PEOPLE)


def _measurement(programme: Programme) -> Item:
    title, plan = _("What changed can be seen afterwards"), programme.survey_plan
    if not compares(plan):
        reason = _("Nothing is asked both before the matching and at the end.")
        advice = _("Ask at least one thing twice. A number without its beginning shows no change.")
        return Item("surveys", Standard.MEASUREMENT, Verdict.NOT_YET, title, reason, advice, Place.SURVEYS)
    longest = max(minutes_of(codes).longest for codes in plan.values())
    if longest > MOST_MINUTES:
        reason = _("One round of questions takes about %(minutes)s minutes.") % {"minutes": round(longest)}
        advice = _("Keep to %(most)s minutes: longer ones are not answered.") % {"most": MOST_MINUTES}
        return Item("surveys", Standard.MEASUREMENT, Verdict.CAUTION, title, reason, advice, Place.SURVEYS)
    count = len(compares(plan))
    words = ngettext(
        "%(count)s set of questions is asked before and after.",
        "%(count)s sets of questions are asked before and after.",
        count,
    )
    return Item("surveys", Standard.MEASUREMENT, Verdict.GO, title, filled(words, count=count), place=Place.SURVEYS)


def _administration(programme: Programme, cohort: Cohort, *, gate: Readiness, today: date) -> Iterator[Item]:
    yield _dates(cohort, gate=gate, today=today)
    yield _weeks(programme, cohort)
    yield _sponsor(programme)


def _dates(cohort: Cohort, *, gate: Readiness, today: date) -> Item:
    title = _("Dates that leave time to recruit")
    if not gate.dates_in_order or not gate.ends_in_future:
        reason = _("The cohort is over, or ends before it begins.")
        advice = _("Choose dates that lie ahead.")
        return Item("dates", Standard.ADMINISTRATION, Verdict.NOT_YET, title, reason, advice, Place.DATES)
    days = (cohort.starts_on - today).days
    if cohort.starts_on - today < TIME_TO_RECRUIT:
        reason = _("The cohort begins in %(days)s days.") % {"days": days} if days > 0 else _("The cohort has begun.")
        advice = _("People need about two weeks to answer. Begin later if nobody has been asked yet.")
        return Item("dates", Standard.ADMINISTRATION, Verdict.CAUTION, title, reason, advice, Place.DATES)
    reason = _("%(days)s days until the first.") % {"days": days}
    return Item("dates", Standard.ADMINISTRATION, Verdict.GO, title, reason, place=Place.DATES)


def _weeks(programme: Programme, cohort: Cohort) -> Item:
    """Whether a pair formed on the first day gets through the plan in time."""
    title = _("Enough weeks for all meetings")
    last_day = max((int(plan["day"]) for plan in programme.meetings), default=0)
    ends = cohort.last_day_of_pair(formed_on=cohort.starts_on)
    over = (cohort.starts_on + FIRST_MEETING_WITHIN + timedelta(days=last_day) - ends).days
    count = len(programme.meetings)
    if over <= 0:
        words = ngettext(
            "All %(count)s meetings fit, with %(days)s day to spare.",
            "All %(count)s meetings fit, with %(days)s days to spare.",
            -over,
        )
        reason = filled(words, count=count, days=-over)
        return Item("weeks", Standard.ADMINISTRATION, Verdict.GO, title, reason, place=Place.RHYTHM)
    reason = _("The last of %(count)s meetings would lie %(days)s days after the end.")
    verdict = Verdict.NOT_YET if over > programme.cadence_days else Verdict.CAUTION
    advice = _("End later, hold fewer meetings, or hold them closer together.")
    reason = filled(reason, count=count, days=over)
    return Item("weeks", Standard.ADMINISTRATION, verdict, title, reason, advice, Place.RHYTHM)


def _sponsor(programme: Programme) -> Item:
    title = _("A sponsor who can follow it")
    scope = RoleGrant.objects.standing().filter(role=Role.SPONSOR.value, scope=str(programme.public_id))
    if scope.exists():
        return Item("sponsor_role", Standard.ADMINISTRATION, Verdict.GO, title, _("Somebody holds the role."))
    reason = _("Nobody holds the role of sponsor in this programme.")
    advice = _("Ask an administrator to grant it. Sponsors see shares and counts, never a person.")
    return Item("sponsor_role", Standard.ADMINISTRATION, Verdict.CAUTION, title, reason, advice)
