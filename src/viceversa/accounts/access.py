"""Who may do what: the one table. Policy, the documentation page and the tests all derive from it.

Deny by default. A route that stands here is open to the roles named and to nobody else; a route that does
not stand here is open to nobody, and a test fails. On a thing, a person who stands in no relation to it gets
404, so that its existence stays secret; a person who does, but may not do this, gets 403.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum, StrEnum


class Role(StrEnum):
    MENTOR = "mentor"
    MENTEE = "mentee"
    DELEGATE = "delegate"
    COORDINATOR = "coordinator"
    SPONSOR = "sponsor"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"
    PRIVACY_OFFICER = "privacy_officer"
    HANDLER = "handler"


# Granted by hand; mentor and mentee come from enrolments and pairs, delegate from a delegation.
PROGRAMME_ROLES = frozenset({Role.COORDINATOR, Role.SPONSOR})
INSTALLATION_ROLES = frozenset({Role.ANALYST, Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.HANDLER})
GRANTED_ROLES = PROGRAMME_ROLES | INSTALLATION_ROLES


class On(StrEnum):
    """What a route is about, and so where its roles are looked up."""

    PUBLIC = "anybody"
    SELF = "the person themself"
    INSTALLATION = "the installation"
    PROGRAMME = "a programme"
    ENROLMENT = "an enrolment"
    PROPOSAL = "a proposal"
    PAIR = "a pair"


class Verdict(Enum):
    ALLOW = 200
    FORBID = 403
    HIDE = 404


NOBODY: frozenset[Role] = frozenset()
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Policy:
    """One row: what the route is about, who may read it, who may act on it, and what they get."""

    on: On
    what: str
    read: frozenset[Role] = field(default=NOBODY)
    write: frozenset[Role] = field(default=NOBODY)

    def roles_for(self, method: str) -> frozenset[Role]:
        """Whoever may use this method. An action-only route is judged by its action, so that GET hides nothing."""
        if method in SAFE_METHODS:
            return self.read or self.write
        return self.write

    def verdict(self, method: str, roles: Collection[Role]) -> Verdict:
        """What somebody gets who holds these roles on the thing at hand."""
        if not roles:
            return Verdict.HIDE
        return Verdict.ALLOW if self.roles_for(method).intersection(roles) else Verdict.FORBID


def _roles(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


_coordinator = _roles(Role.COORDINATOR)
_pair = _roles(Role.MENTOR, Role.MENTEE)
_dates = _pair | {Role.DELEGATE}
_administrator = _roles(Role.ADMINISTRATOR)


def _public(what: str) -> Policy:
    return Policy(On.PUBLIC, what)


def _self(what: str) -> Policy:
    return Policy(On.SELF, what)


def _installation(what: str, *, read: frozenset[Role] = NOBODY, write: frozenset[Role] = NOBODY) -> Policy:
    return Policy(On.INSTALLATION, what, read, write)


def _programme(what: str, *, read: frozenset[Role] = NOBODY, write: frozenset[Role] = NOBODY) -> Policy:
    return Policy(On.PROGRAMME, what, read, write)


ROUTES: dict[str, Policy] = {
    # Coming in
    "sign_in": _public("Sign in"),
    "sign_out": _public("Sign out"),
    "password_forgot": _public("Ask for a new password by mail"),
    "password_sent": _public("Read that the mail is on its way"),
    "password_reset": _public("Choose a new password, with the link from the mail"),
    "password_done": _public("Read that the password is changed"),
    "join": _public("Answer an invitation, with the link from the mail"),
    "register": _public("Put oneself forward for a cohort"),
    "register_sent": _public("Read that a letter may be on its way"),
    "register_confirm": _public("Put oneself forward, with the link from the mail"),
    "code": _public("Come in without an e-mail, with a number and a code or a password"),
    "code_password": _public("Choose a password, after a code that was right"),
    "demo_seat": _public("Take a demo seat; exists in a demo process alone"),
    "healthz": _public("Whether the process is alive"),
    "readyz": _public("Whether the installation can serve"),
    "metrics": _public("Figures for monitoring, with the administrator's token"),
    # One's own
    "home": _self("One's own home"),
    "you": _self("One's own account"),
    "you_profile": _self("One's own profile"),
    "you_identity": _self("What one agreed to about oneself, to be taken back"),
    "your_pairs": _self("One's own pairs and their meetings"),
    # People
    "people_list": _installation("The directory of people", read=_coordinator),
    "people_file": _installation("The directory's present list as a file", read=_coordinator),
    "people_views": _installation("One's own saved views of the directory", read=_coordinator, write=_coordinator),
    "people_tree": _installation("Who reports to whom, and whom a line keeps apart", read=_coordinator),
    "person": _installation("One person as the organisation tells them", read=_coordinator),
    "roster_new": _installation("Bring in a people file", read=_coordinator, write=_coordinator),
    "mapping_profile_list": _installation("What columns of files mean, as kept under names", read=_coordinator),
    "mapping_profile": _installation("Change or delete what is kept", read=_coordinator, write=_coordinator),
    "roster_columns": _installation("Say what the file's columns mean", read=_coordinator, write=_coordinator),
    "roster_check": _installation("See what would change, and every problem", read=_coordinator, write=_coordinator),
    "roster": _installation("Follow an import", read=_coordinator),
    "roster_undo": _installation("Undo an import", read=_coordinator, write=_coordinator),
    # Topics
    "topic_list": _installation(
        "The catalogue of topics; take over the one that comes along", read=_coordinator, write=_coordinator
    ),
    "topic_new": _installation("Add a topic", read=_coordinator, write=_coordinator),
    "topic": _installation("Change a topic", read=_coordinator, write=_coordinator),
    "topic_merge": _installation("Merge a topic into another", read=_coordinator, write=_coordinator),
    "topic_retire": _installation("Retire a topic, or offer it again", write=_coordinator),
    "topic_words": _installation("Words of people that the catalogue does not know", read=_coordinator),
    "topic_word": _installation("Say what such a word means", read=_coordinator, write=_coordinator),
    "topic_import_new": _installation("Bring in a file with topics", read=_coordinator, write=_coordinator),
    "topic_import": _installation("Choose topics from the file", read=_coordinator, write=_coordinator),
    "topics_csv": _installation("The catalogue as a file", read=_coordinator),
    # Programmes
    "programme_list": _self("The programmes one has to do with"),
    "playbook_list": _installation("The gallery of playbooks", read=_coordinator),
    "playbook": _installation("A playbook; begin a programme from it", read=_coordinator, write=_coordinator),
    "programme": _programme("The coordinator's day", read=_coordinator),
    "programme_scratch": _installation("Begin a programme from scratch", read=_coordinator, write=_coordinator),
    "programme_design": _programme("The programme's design: its task list and summary", read=_coordinator),
    "programme_part": _programme("One part of the design", read=_coordinator, write=_coordinator),
    "programme_handlers": _programme("Who hears concerns", read=_coordinator, write=_coordinator),
    "handler_remove": _programme("Take a handler off the programme", write=_coordinator),
    "programme_readiness": _programme("Whether it is ready, and what to do", read=_coordinator, write=_coordinator),
    "programme_copy": _programme("Begin a programme with this design", read=_coordinator, write=_coordinator),
    "programme_close": _programme("Close the programme", read=_coordinator, write=_coordinator),
    "programme_archive": _programme("Archive the programme, or take it out again", write=_coordinator),
    "cohort_list": _programme("The programme's cohorts", read=_coordinator),
    "cohort_new": _programme("Add a cohort", read=_coordinator, write=_coordinator),
    "cohort_close": _programme("Close a cohort", read=_coordinator, write=_coordinator),
    "cohort_archive": _programme("Archive a cohort, or take it out again", write=_coordinator),
    "objective_new": _programme("Add an objective", read=_coordinator, write=_coordinator),
    "objective": _programme("Change an objective", read=_coordinator, write=_coordinator),
    "objective_remove": _programme("Remove an objective", write=_coordinator),
    "programme_rules": _programme("The rules and weights of matching", read=_coordinator, write=_coordinator),
    "programme_topics": _programme("The topics shown first at enrolment", read=_coordinator, write=_coordinator),
    "programme_launch": _programme("Launch", read=_coordinator, write=_coordinator),
    "enrolment_list": _programme("Who is invited and who said yes", read=_coordinator),
    "invite": _programme("Invite people", read=_coordinator, write=_coordinator),
    "outside_new": _programme("Add somebody from outside", read=_coordinator, write=_coordinator),
    "admission": _programme("How people come in", read=_coordinator, write=_coordinator),
    "application_list": _programme(
        "Who put themself forward, and the word on each", read=_coordinator, write=_coordinator
    ),
    "waiting_list": _programme("The wait-list, in order", read=_coordinator, write=_coordinator),
    "lottery_list": _programme("Draws of the cohort; freeze a list", read=_coordinator, write=_coordinator),
    "lottery": _programme("One draw: its list, seed and result", read=_coordinator, write=_coordinator),
    "lottery_record": _programme("The record of a draw as a file", read=_coordinator, write=_coordinator),
    "codes": _programme("Codes for people without an e-mail", read=_coordinator, write=_coordinator),
    "pair_list": _programme("Pairs and the state of their meetings", read=_coordinator),
    "programme_step": _programme(
        "Do what helps about something that needs attention, or take it back", write=_coordinator
    ),
    "programme_log": _programme("What its coordinators decided, and when", read=_coordinator),
    "announcement_list": _programme("What people were told", read=_coordinator),
    "announcement_new": _programme("Write an announcement", read=_coordinator, write=_coordinator),
    "announcement": _programme("One announcement; call it off", read=_coordinator, write=_coordinator),
    "pair_contacted": _programme("Note that somebody was contacted", write=_coordinator),
    # Enrolment
    "enrolment": _programme("One's own enrolment", read=_pair, write=_pair),
    "enrolment_step": Policy(On.ENROLMENT, "One step of one's own enrolment", read=_pair, write=_pair),
    "enrolment_words": Policy(On.ENROLMENT, "Whether own words mean a topic of the catalogue", read=_pair, write=_pair),
    "your_place": Policy(On.ENROLMENT, "Where one stands in the list, and leaving it", read=_pair, write=_pair),
    "enrolment_withdraw": Policy(On.ENROLMENT, "Withdraw one's own enrolment", read=_pair, write=_pair),
    "enrolment_pause": Policy(On.ENROLMENT, "Pause one's own enrolment, or resume it", read=_pair, write=_pair),
    "enrolment_shown": Policy(On.ENROLMENT, "Whether others may look at one's profile", read=_pair, write=_pair),
    "enrolment_browse": Policy(On.ENROLMENT, "Look at profiles that people agreed to show", read=_pair, write=_pair),
    "enrolment_favourites": Policy(On.ENROLMENT, "Whom one would like, in order", read=_pair, write=_pair),
    "enrolment_answers": Policy(On.ENROLMENT, "What an enrolment tells its coordinator", read=_coordinator),
    "question_list": _programme("The programme's own questions", read=_coordinator, write=_coordinator),
    "question_new": _programme("Add a question", read=_coordinator, write=_coordinator),
    "question": _programme("Change a question", read=_coordinator, write=_coordinator),
    "question_answers_csv": _programme("Answers to the programme's own questions as a file", read=_coordinator),
    "identity_list": _programme("Identity attributes that are asked for", read=_coordinator, write=_coordinator),
    "identity_new": _programme("Ask for an identity attribute", read=_coordinator, write=_coordinator),
    "identity_question": _programme("Change what is asked, and why", read=_coordinator, write=_coordinator),
    # Matching
    "programme_supply": _programme("Supply and demand before matching", read=_coordinator, write=_coordinator),
    "run_list": _programme("Match runs", read=_coordinator, write=_coordinator),
    "run": _programme("One run: its progress, its result", read=_coordinator),
    "run_unmatched": _programme("Who has no partner; a looser rule", read=_coordinator, write=_coordinator),
    "run_compare": _programme("Why these two, or why not", read=_coordinator, write=_coordinator),
    "run_candidates": _programme("The best partners for one person", read=_coordinator, write=_coordinator),
    "run_decide": _programme("Lock a pair, keep it apart, or lift that", write=_coordinator),
    "run_publish": _programme("Publish a run's proposals", read=_coordinator, write=_coordinator),
    "run_pairs_csv": _programme("A run's pairs as a file", read=_coordinator),
    "run_workbook": _programme("A run as a workbook: pairs, who has no partner, rules", read=_coordinator),
    "run_swap": _programme("Give somebody another mentor by hand", read=_coordinator, write=_coordinator),
    "run_withdraw": _programme("Take published proposals back", read=_coordinator, write=_coordinator),
    "run_differences": _programme("What changed between two runs", read=_coordinator),
    "run_corrections": _programme("Bring corrected pairs back in", read=_coordinator, write=_coordinator),
    "new_partners": _programme("New partners at the price of few running pairs", read=_coordinator, write=_coordinator),
    "run_blocking": _programme("Who would both rather have each other", read=_coordinator),
    "run_wishes": _programme("What the wishes of leaders cost", read=_coordinator, write=_coordinator),
    "bench": _programme("What if: variants beside the run, and trying one", read=_coordinator, write=_coordinator),
    "bench_differences": _programme("What changes between two columns of the bench", read=_coordinator),
    "bench_choose": _programme("Make a variant the run to review", read=_coordinator, write=_coordinator),
    "bench_throw_away": _programme("Throw a variant away", write=_coordinator),
    "circles": _programme("Circles of mentors: propose, look at, keep", read=_coordinator, write=_coordinator),
    "circle_move": _programme("Move somebody to another circle", read=_coordinator, write=_coordinator),
    "rota": _programme("A rota of short meetings: propose, look at, keep", read=_coordinator, write=_coordinator),
    "rota_csv": _programme("A rota as a file", read=_coordinator),
    # Proposals and pairs
    "proposal": Policy(On.PROPOSAL, "A proposal, and one's own answer to it", read=_pair, write=_pair),
    "proposal_question": Policy(On.PROPOSAL, "Ask the proposed partner something, or answer it", write=_pair),
    "question_desk": _programme("Questions to proposed partners, to pass on", read=_coordinator, write=_coordinator),
    "pair": Policy(On.PAIR, "A pair's own page", read=_pair),
    "pair_trial": Policy(On.PAIR, "Whether one goes on after the trial", read=_pair, write=_pair),
    "meeting": Policy(On.PAIR, "A meeting: agenda, own notes, the minute after", read=_pair),
    "meeting_plan": Policy(On.PAIR, "Fix or move a meeting's date", read=_dates, write=_dates),
    "meeting_note": Policy(On.PAIR, "Write one's own note", write=_pair),
    "meeting_held": Policy(On.PAIR, "Say that a meeting was held, or not", write=_pair),
    "meeting_checkin": Policy(On.PAIR, "The minute afterwards", write=_pair),
    "meeting_ics": Policy(On.PAIR, "A meeting as a calendar file", read=_dates),
    "dates": _installation("A delegate's dates to fix", read=_roles(Role.DELEGATE)),
    "delegation_new": _self("Name somebody who may fix one's dates"),
    # Insights
    "insights_list": _self("The programmes whose facts one may read"),
    "cohorts_side_by_side": _self("The cohorts whose facts one may read, side by side"),
    "programme_insights": _programme(
        "Participation facts, by the disclosure rules",
        read=_roles(Role.COORDINATOR, Role.SPONSOR, Role.ANALYST),
    ),
    # Administration
    "admin": _installation("The installation's state", read=_administrator),
    "admin_roles": _installation("Who holds which role", read=_administrator, write=_administrator),
    "admin_codes": _installation(
        "A new way in for somebody without an e-mail", read=_administrator, write=_administrator
    ),
    "admin_events": _installation(
        "The event log, without content", read=_roles(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER)
    ),
    "admin_job": _installation("Try again, or let go, work that was given up", write=_administrator),
    "admin_events_csv": _installation("The event log as a file", read=_roles(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER)),
    "admin_chain": _installation(
        "Have the whole chain of events checked", write=_roles(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER)
    ),
    "concerns": _installation("A handler's desk", read=_roles(Role.HANDLER)),
}
