"""What an event says, in words: the thing, what became of it, and the codes beside it."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from viceversa.accounts.event_list import Line

# One of the things that an event may be about.
ONE: dict[str, Callable[[], str]] = {
    "role": lambda: _("Role"),
    "user": lambda: _("Account"),
    "roster": lambda: _("People file"),
    "mapping_profile": lambda: _("Kept answers about columns"),
    "person": lambda: _("Person"),
    "programme": lambda: _("Programme"),
    "cohort": lambda: _("Cohort"),
    "enrolment": lambda: _("Enrolment"),
    "run": lambda: _("Match run"),
    "variant": lambda: _("Variant of the bench"),
    "study": lambda: _("Question about a cohort"),
    "circles": lambda: _("Circles of mentors"),
    "rota": lambda: _("Rota of short meetings"),
    "proposal": lambda: _("Proposal"),
    "pair": lambda: _("Pair"),
    "meeting": lambda: _("Meeting"),
    "step": lambda: _("Step about a need"),
    "announcement": lambda: _("Announcement"),
    "event": lambda: _("Event log"),
    "job": lambda: _("Background work"),
    "topic": lambda: _("Topic"),
    "topic_file": lambda: _("File with topics"),
    "question": lambda: _("Question of a programme"),
    "identity_question": lambda: _("Identity attribute of a programme"),
}
# Whole sentences, where the thing and the verb alone would not make one.
SAID: dict[tuple[str, str], Callable[[], str]] = {
    ("cohort", "invited"): lambda: _("People invited to a cohort"),
    ("cohort", "invited_by_hand"): lambda: _("Person invited by hand"),
    ("cohort", "enrolled_from_file"): lambda: _("People enrolled from a file"),
    ("cohort", "taken_back"): lambda: _("Enrolment from a file taken back"),
    ("enrolment", "opened"): lambda: _("Invitation opened"),
    ("enrolment", "paused"): lambda: _("Person paused"),
    ("enrolment", "resumed"): lambda: _("Person ended their pause"),
    ("enrolment", "agreed"): lambda: _("Person agreed to the words of consent"),
    ("enrolment", "profile_shown"): lambda: _("Person agreed to be looked at"),
    ("enrolment", "profile_hidden"): lambda: _("Person is no longer to be looked at"),
    ("enrolment", "favourites_changed"): lambda: _("Person changed whom they would like"),
    ("person", "identity_consents_changed"): lambda: _("Person changed what they agree to about themself"),
    ("question", "added"): lambda: _("Question added"),
    ("question", "changed"): lambda: _("Question changed"),
    ("question", "moved"): lambda: _("Question moved"),
    ("question", "removed"): lambda: _("Question removed"),
    ("identity_question", "added"): lambda: _("Identity attribute asked for"),
    ("identity_question", "changed"): lambda: _("Identity attribute changed"),
    ("identity_question", "removed"): lambda: _("Identity attribute asked for no more"),
    ("enrolment", "declined"): lambda: _("Invitation declined"),
    ("enrolment", "registered"): lambda: _("Somebody put themself forward"),
    ("enrolment", "place_given"): lambda: _("Place given"),
    ("enrolment", "waits"): lambda: _("Put onto the wait-list"),
    ("enrolment", "not_admitted"): lambda: _("Told: not this time"),
    ("enrolment", "moved_in_wait_list"): lambda: _("Moved in the wait-list by hand"),
    ("enrolment", "grade_given"): lambda: _("Grade given to somebody from outside"),
    ("cohort", "admission_changed"): lambda: _("How people come in changed"),
    ("cohort", "lottery_frozen"): lambda: _("List of a lottery frozen"),
    ("cohort", "lottery_thawed"): lambda: _("Frozen list given up"),
    ("cohort", "lottery_drawn"): lambda: _("Lots drawn"),
    ("person", "person_from_outside_added"): lambda: _("Person from outside added"),
    ("user", "code_made"): lambda: _("One-time code made for an account"),
    ("user", "code_used"): lambda: _("One-time code used, password chosen"),
    ("people", "taken_out"): lambda: _("People of the directory taken out as a file"),
    ("person", "changed_own_profile"): lambda: _("Person changed their own profile"),
    ("person", "chose_topic"): lambda: _("Person chose a topic for their own words"),
    ("topic", "added"): lambda: _("Topic added"),
    ("topic", "changed"): lambda: _("Topic changed"),
    ("topic", "merged"): lambda: _("Two topics merged"),
    ("topic", "retired"): lambda: _("Topic retired"),
    ("topic", "restored"): lambda: _("Topic offered again"),
    ("topic", "synonym_added"): lambda: _("Meaning of a word said"),
    ("topic", "filled"): lambda: _("Catalogue of topics filled"),
    ("topic_file", "uploaded"): lambda: _("File with topics uploaded"),
    ("topic_file", "added"): lambda: _("Topics of a file added"),
    ("programme", "topics_chosen"): lambda: _("Topics of a programme chosen"),
    ("programme", "policy_set"): lambda: _("Rules of matching set"),
    ("programme", "opened"): lambda: _("Programme begun"),
    ("programme", "launched"): lambda: _("Programme launched"),
    ("enrolment", "invited_again"): lambda: _("Invitation sent again"),
    ("programme", "archived"): lambda: _("Programme archived"),
    ("programme", "closed"): lambda: _("Programme closed"),
    ("programme", "cohort_added"): lambda: _("Cohort added"),
    ("programme", "cohort_archived"): lambda: _("Cohort archived"),
    ("programme", "cohort_closed"): lambda: _("Cohort closed"),
    ("programme", "cohort_taken_out"): lambda: _("Cohort taken out of the archive"),
    ("programme", "copied"): lambda: _("Programme begun with another’s design"),
    ("programme", "design_changed"): lambda: _("Design of a programme changed"),
    ("programme", "handler_added"): lambda: _("Handler named for a programme"),
    ("programme", "handler_removed"): lambda: _("Handler taken off a programme"),
    ("programme", "readiness_answered"): lambda: _("Readiness questions answered"),
    ("programme", "taken_out"): lambda: _("Programme taken out of the archive"),
    ("programme", "objective_added"): lambda: _("Objective added"),
    ("programme", "objective_changed"): lambda: _("Objective changed"),
    ("programme", "objective_removed"): lambda: _("Objective removed"),
    ("role", "granted"): lambda: _("Role given"),
    ("roster", "applied"): lambda: _("People file taken over"),
    ("roster", "undo_requested"): lambda: _("Undoing of a people file asked for"),
    ("roster", "undone"): lambda: _("People file undone"),
    ("enrolment", "ended_by_leaving"): lambda: _("Enrolment ended because the person left"),
    ("pair", "held"): lambda: _("Pair paused because of a reporting line"),
    ("pair", "goes_on"): lambda: _("Pair goes on; the two are in one reporting line no more"),
    ("pair", "ended"): lambda: _("Pair ended"),
    ("meeting", "called_off"): lambda: _("Meeting called off"),
    ("roster", "requested"): lambda: _("Taking over of a people file asked for"),
    ("roster", "mapped"): lambda: _("Columns of a people file assigned"),
    ("roster", "uploaded"): lambda: _("People file uploaded"),
    ("run", "requested"): lambda: _("Match run requested"),
    ("run", "published"): lambda: _("Match run published"),
    ("variant", "requested"): lambda: _("Variant tried on the bench"),
    ("study", "asked"): lambda: _("Question about a cohort worked out"),
    ("variant", "chosen"): lambda: _("Variant made the run to review"),
    ("variant", "thrown_away"): lambda: _("Variant thrown away"),
    ("circles", "asked"): lambda: _("Circles of mentors proposed"),
    ("circles", "kept"): lambda: _("Circles of mentors kept"),
    ("circles", "moved"): lambda: _("Mentor moved to another circle by hand"),
    ("rota", "asked"): lambda: _("Rota of short meetings proposed"),
    ("rota", "kept"): lambda: _("Rota of short meetings kept"),
    ("run", "changed"): lambda: _("Pairs of a match run changed by hand"),
    ("run", "locked"): lambda: _("Two people kept together in later runs"),
    ("run", "forbidden"): lambda: _("Two people kept apart in later runs"),
    ("run", "lift"): lambda: _("A lock, or a keeping apart, lifted"),
    ("proposal", "passed_on"): lambda: _("Question to a proposed partner passed on"),
    ("proposal", "not_passed_on"): lambda: _("Question to a proposed partner given back"),
    ("proposal", "handed_on"): lambda: _("Answer of a proposed partner handed on"),
    ("proposal", "withdrawn"): lambda: _("Proposal taken back"),
    ("step", "taken"): lambda: _("Something done about what needed attention"),
    ("step", "taken_back"): lambda: _("Something done about a need taken back"),
    ("announcement", "written"): lambda: _("Announcement written"),
    ("announcement", "sent"): lambda: _("Announcement sent"),
    ("announcement", "called_off"): lambda: _("Announcement called off"),
    ("event", "check_asked"): lambda: _("Check of the whole chain asked for"),
    ("job", "tried_again"): lambda: _("Work that was given up tried again"),
    ("job", "let_go"): lambda: _("Work that was given up let go"),
    ("meeting", "contacted"): lambda: _("Somebody who asked for it contacted"),
    ("user", "made"): lambda: _("Account begun, to come in with a code"),
    ("user", "signed_in"): lambda: _("Somebody signed in"),
    ("user", "joined"): lambda: _("Account begun from an invitation"),
    ("user", "password_changed"): lambda: _("Password changed"),
    ("user", "password_link_asked"): lambda: _("Link for a new password asked for"),
    ("user", "granted"): lambda: _("Delegate named"),
    ("user", "ended"): lambda: _("Delegate’s time ended"),
}
FACTS: dict[str, Callable[[], str]] = {
    "way": lambda: _("way in"),
    "for_programme": lambda: _("made the programme’s rules too"),
    "sha256": lambda: _("SHA-256"),
    "left_out": lambda: _("rows left out"),
    "left": lambda: _("people leaving"),
    "back": lambda: _("people back"),
    "leavers_agreed": lambda: _("leavers agreed to"),
    "removed": lambda: _("people taken out again"),
    "restored": lambda: _("people as before"),
}


PUBLIC_ID = re.compile(r"[a-z0-9]{16,24}(?:-[a-z0-9]+)?")
ONLY_IF_ANY = frozenset({"left_out"})
# Names of facts that mean something else with this thing.
NAMED: dict[tuple[str, str], Callable[[], str]] = {
    ("run", "left_out"): lambda: _("pairs left out"),
    ("run", "published"): lambda: _("pairs"),
}
# Codes of facts, as a coordinator would say them.
MEANT: dict[tuple[str, str], Callable[[], str]] = {
    ("role", "mentor"): lambda: _("as mentors"),
    ("role", "mentee"): lambda: _("as leaders"),
    ("circle", "everybody"): lambda: _("to everybody who takes part"),
    ("circle", "mentees"): lambda: _("to the leaders"),
    ("circle", "mentors"): lambda: _("to the mentors"),
    ("circle", "no_date"): lambda: _("to both of each pair without a next date"),
    ("circle", "not_met"): lambda: _("to both of each pair that has not met"),
    ("circle", "no_partner"): lambda: _("to whoever has no partner"),
    ("circle", "not_answered"): lambda: _("to whoever has not answered"),
    ("pairs_end", "now"): lambda: _("pairs ended at once"),
    ("pairs_end", "on_their_day"): lambda: _("pairs go on until their last day"),
    ("purposes", "counted"): lambda: _("to be counted"),
    ("purposes", "partner"): lambda: _("to show a partner"),
    ("purposes", "matched"): lambda: _("for the matching"),
    ("purposes", "counted.partner"): lambda: _("to be counted, and to show a partner"),
    ("check", "go"): lambda: _("the check said go"),
    ("check", "caution"): lambda: _("the check said go, with caution"),
    ("check", "not_yet"): lambda: _("the check said not yet"),
}


def event_title(line: Line) -> str:
    """The event in a few words; a verb that has none yet is read with its thing."""
    event = line.event
    verb = event.verb.rpartition(".")[2]
    said = SAID.get((event.noun, verb))
    if said is not None:
        return said()
    return _("%(thing)s: %(verb)s") % {"thing": thing_of(line), "verb": verb.replace("_", " ")}


def thing_of(line: Line) -> str:
    noun = line.event.noun
    return ONE[noun]() if noun in ONE else noun


def fact_words(line: Line) -> str:
    """Codes and counts by their name, such as ``way in: demo``."""
    named = sorted(line.event.facts.items())
    return ", ".join(f"{_fact_name(name)}: {_fact(fact)}" for name, fact in named)


def decided_words(line: Line) -> str:
    """The same for a coordinator: codes in words, and no ids; what counts nothing is left out."""
    event = line.event
    said = []
    for name, fact in sorted(event.facts.items()):
        if isinstance(fact, str) and (PUBLIC_ID.fullmatch(fact) or not fact):
            continue
        if name in ONLY_IF_ANY and not fact:
            continue
        words = MEANT.get((name, str(fact)))
        named = NAMED.get((event.noun, name))
        said.append(words() if words else f"{named() if named else _fact_name(name)}: {_fact(fact)}")
    return ", ".join(said)


def _fact_name(name: str) -> str:
    return FACTS[name]() if name in FACTS else name.replace("_", " ")


def _fact(fact: object) -> str:
    if isinstance(fact, bool):
        return _("yes") if fact else _("no")
    return "–" if fact is None else str(fact)
