"""The coordinator's page in sentences: its answer, what stands behind it, what is next, and what keeps it in order."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.journey.attention import Kind
from viceversa.journey.cockpit import Chore, Cockpit, Stage, Task
from viceversa.programmes.design_words import number_word, opened

MOST, HALF = 0.8, 0.5


@dataclass(frozen=True)
class Next:
    """The one thing to do now, before pairs run: a heading, a sentence, a button."""

    title: str
    words: str
    action: str
    url: str


@dataclass(frozen=True)
class TaskWords:
    label: str
    hint: str
    url: str
    done: bool


def headline(cockpit: Cockpit) -> str:
    """The page's answer, in a sentence or two."""
    if cockpit.stage is Stage.RUNNING:
        return f"{_keeping(cockpit)} {_needing(len(cockpit.needs))}"
    waits = next((need for need in cockpit.needs if need.kind is Kind.REVIEW), None)
    if waits is not None and waits.run is not None:
        return _("Run %(number)s is done. It waits for your review.") % {"number": waits.run.number}
    programme = cockpit.cohort.programme
    words = {
        Stage.DRAFT: _("%(name)s is being designed. Nobody has heard of it yet."),
        Stage.INVITE: _("%(name)s is launched. Now invite people."),
        Stage.ENROLLING: _("Invitations are out. Now people answer."),
        Stage.MATCH: _("Enough people take part to find the best pairs."),
        Stage.ANSWERING: _("The proposals are out. Now people answer."),
        Stage.OVER: _("%(name)s is over."),
    }
    return words[cockpit.stage] % {"name": programme.name}


def _keeping(cockpit: Cockpit) -> str:
    share = cockpit.adherence.held_share
    if share is None:
        return _("The pairs are finding their first dates.")
    if share >= MOST:
        return _("Most pairs are keeping to it.")
    if share >= HALF:
        return _("More than half of the meetings take place.")
    return _("Fewer than half of the meetings take place.")


def _needing(needs: int) -> str:
    if not needs:
        return _("Nobody needs you today.")
    if needs == 1:
        return _("One thing needs you.")
    return _("%(number)s need you.") % {"number": opened(number_word(needs))}


def behind(cockpit: Cockpit) -> str:
    """The figures beneath the answer."""
    if cockpit.stage in (Stage.RUNNING, Stage.OVER):
        return _meetings(cockpit)
    funnel = cockpit.funnel
    if not funnel.listed:
        return ""
    leaders, mentors = funnel.leaders.enrolled, funnel.mentors.enrolled
    listed = ngettext("%(count)s person is on the list", "%(count)s people are on the list", funnel.listed)
    if not funnel.enrolled:
        return _("%(listed)s; nobody takes part yet.") % {"listed": filled(listed, count=funnel.listed)}
    words = _("%(listed)s; of them take part: %(leaders)s and %(mentors)s.")
    return filled(
        words,
        listed=filled(listed, count=funnel.listed),
        leaders=filled(
            ngettext("%(count)s %(word)s", "%(count)s %(word)ss", leaders),
            count=leaders,
            word=cockpit.cohort.programme.mentee_word,
        ),
        mentors=filled(ngettext("%(count)s mentor", "%(count)s mentors", mentors), count=mentors),
    )


def _meetings(cockpit: Cockpit) -> str:
    held = cockpit.adherence
    if not held.due:
        words = ngettext(
            "%(pairs)s pair; no meeting is due yet.", "%(pairs)s pairs; no meeting is due yet.", cockpit.met.pairs
        )
        return filled(words, pairs=cockpit.met.pairs)
    share = round(100 * held.due_held / held.due)
    first = _("%(share)s %% of the meetings due so far were held, %(held)s of %(due)s.")
    first = filled(first, share=share, held=held.due_held, due=held.due)
    return f"{first} {_rest(cockpit)}".strip()


def _rest(cockpit: Cockpit) -> str:
    """What became of the meetings that were due and not held, each part only where there is one."""
    held = cockpit.adherence
    parts = [
        (held.due_moved, ngettext("%(count)s has a new date", "%(count)s have a new date", held.due_moved)),
        (held.due_missed, ngettext("%(count)s was missed", "%(count)s were missed", held.due_missed)),
        (held.due_open, ngettext("%(count)s is still open", "%(count)s are still open", held.due_open)),
    ]
    told = [filled(words, count=count) for count, words in parts if count]
    if not told:
        return ""
    joined = (
        told[0] if len(told) == 1 else _("%(first)s and %(last)s") % {"first": ", ".join(told[:-1]), "last": told[-1]}
    )
    return _("Of the rest, %(parts)s.") % {"parts": joined}


def next_step(cockpit: Cockpit) -> Next | None:
    """What to do now while no pairs run; None once the queue says it."""
    public_id = cockpit.cohort.programme.public_id
    if any(need.kind is Kind.REVIEW for need in cockpit.needs):
        return None
    if cockpit.stage is Stage.INVITE:
        words = _("Everybody gets a letter of their own with a link. You see it before it goes out.")
        return Next(_("Invite people"), words, _("Choose whom to invite"), reverse("invite", args=[public_id]))
    if cockpit.stage is Stage.ENROLLING:
        words = ngettext(
            "%(count)s person has not answered yet. Matching needs people on both sides.",
            "%(count)s people have not answered yet. Matching needs people on both sides.",
            cockpit.funnel.unanswered,
        )
        words = filled(words, count=cockpit.funnel.unanswered)
        return Next(
            _("Wait, or ask again"), words, _("See who has answered"), reverse("enrolment_list", args=[public_id])
        )
    if cockpit.stage is Stage.MATCH:
        words = _("A run takes seconds, tells nobody, and can be repeated as often as you like.")
        return Next(_("Find the best pairs"), words, _("Go to matching"), reverse("run_list", args=[public_id]))
    return None


def task_words(task: Task, cockpit: Cockpit) -> TaskWords:
    public_id = cockpit.cohort.programme.public_id
    label, hint, url = {
        Chore.INVITATIONS: _invitations,
        Chore.OBJECTIVES: _objectives,
        Chore.ROSTER: _roster,
        Chore.SPONSOR: _sponsor,
    }[task.chore](task, public_id)
    return TaskWords(label=label, hint=hint, url=url, done=task.done)


def _invitations(task: Task, public_id: str) -> tuple[str, str, str]:
    hint = _("Everybody invited has said yes or no")
    if not task.done:
        words = ngettext(
            "%(count)s person has not said yes or no", "%(count)s people have not said yes or no", task.count
        )
        hint = filled(words, count=task.count)
    return _("Ask again whoever has not answered"), hint, reverse("enrolment_list", args=[public_id])


def _objectives(task: Task, public_id: str) -> tuple[str, str, str]:
    hint = _("Every objective has its baseline, target and owner")
    if not task.done:
        words = ngettext("%(count)s objective lacks a part", "%(count)s objectives lack a part", task.count)
        hint = filled(words, count=task.count)
    return _("Complete the objectives"), hint, reverse("programme_design", args=[public_id])


def _roster(task: Task, public_id: str) -> tuple[str, str, str]:
    hint = _("Leavers and new managers show only after it")
    if task.at is not None:
        hint = _("Last one on %(day)s; leavers and new managers show only after it")
        hint = hint % {"day": date_format(task.at.date(), "j F Y")}
    return _("Bring in this month’s people file"), hint, reverse("roster_new")


def _sponsor(task: Task, public_id: str) -> tuple[str, str, str]:
    hint = (
        _("A sponsor can read it") if task.done else _("No sponsor can read it yet; an administrator grants the role")
    )
    return _("Keep the sponsor informed"), hint, reverse("programme_insights", args=[public_id])
