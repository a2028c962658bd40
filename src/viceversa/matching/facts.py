"""The facts about one pair of people: behind each criterion, against it, and what to be careful about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from viceversa.formats.people import normal
from viceversa.matching.breaches import best_lesson
from viceversa.matching.encode import Meanings
from viceversa.matching.policy import IDENTITY, Policy
from viceversa.matching.problem import Problem
from viceversa.matching.reasons import Reason
from viceversa.matching.rules import Mask

STYLE_SCALES = ("formality", "structure")
FAR_APART = 3
"""Steps on a scale of five from which a difference in style deserves a word (a product decision)."""


def facts(problem: Problem, criterion: str, mentor: int, mentee: int) -> Iterator[Reason]:
    """What one criterion of a pair rests on; nothing to say about a criterion yields a reason too."""
    telling = {
        "complementarity": _complementarity,
        "interests": _interests,
        "preference": _preference,
        "difference": _difference,
        "style": _style,
        "reciprocity": _reciprocity,
        "overlap": _overlap,
    }
    return telling[criterion](problem, mentor, mentee)


def cautions(problem: Problem, mentor: int, mentee: int) -> Iterator[Reason]:
    """Rules that could not be checked because a value is unknown, and styles that are far apart."""
    rules = problem.policy.rules
    one, other = problem.people[mentor], problem.people[mentee]
    if rules.common_language and not (one.languages and other.languages):
        yield Reason("language_unknown")
    if rules.overlap_hours_min > 0 and not (one.time_zone and other.time_zone):
        yield Reason("time_zone_unknown")
    checks_managers = rules.reporting_line != 0 or not rules.same_manager
    if checks_managers and not (one.manager_id and other.manager_id):
        yield Reason("manager_unknown")
    for scale in STYLE_SCALES:
        ours, theirs = getattr(one, f"style_{scale}"), getattr(other, f"style_{scale}")
        if ours and theirs and abs(ours - theirs) >= FAR_APART:
            yield Reason("style_gap", {"scale": scale, "mentor": ours, "mentee": theirs})


def rules_against(
    problem: Problem, mentor: int, mentee: int, *, score: float, forbids: Mapping[str, Mask]
) -> Iterator[Reason]:
    """Each rule that forbids the pair, with the two values it compared."""
    telling = {
        "grade_gap_min": _grades,
        "reporting_line": _line,
        "same_manager": _manager,
        "common_language": _languages,
        "overlap_hours_min": _hours,
        "must_teach": _lesson,
    }
    for rule, mask in forbids.items():
        if not mask[0]:
            continue
        if rule == "score_min":
            needed = problem.policy.rules.score_min
            yield Reason("score_min", {"found": round(score, 6), "needed": needed})
        else:
            yield telling[rule](problem, mentor, mentee)


def _lessons(problem: Problem, teacher: int, learner: int) -> Iterator[dict[str, object]]:
    meaning = Meanings(problem.policy.options.synonyms)
    levels: dict[str, int] = {}
    for written, level in problem.people[teacher].offers.items():
        levels[meaning(written)] = max(level, levels.get(meaning(written), 0))
    told = set()
    wants = problem.people[learner].wants.items()
    for written, want in sorted(wants, key=lambda item: (-item[1][0], -item[1][1], item[0])):
        topic = meaning(written)
        if topic not in told and levels.get(topic, 0) > want[1]:
            yield {"topic": meaning.shown(written), "level": levels[topic], "priority": want[0], "current": want[1]}
        told.add(topic)


def _complementarity(problem: Problem, mentor: int, mentee: int) -> Iterator[Reason]:
    if not problem.people[mentee].wants:
        yield Reason("wants_nothing")
        return
    lessons = [Reason("teaches", lesson) for lesson in _lessons(problem, mentor, mentee)]
    yield from lessons or [Reason("teaches_nothing")]


def _reciprocity(problem: Problem, mentor: int, mentee: int) -> Iterator[Reason]:
    lessons = [Reason("learns", lesson) for lesson in _lessons(problem, mentee, mentor)]
    yield from lessons or [Reason("learns_nothing")]


def _interests(problem: Problem, mentor: int, mentee: int) -> Iterator[Reason]:
    meaning = Meanings(problem.policy.options.synonyms)
    theirs = {meaning(item) for item in problem.people[mentee].interests}
    ours = {meaning(item): item for item in problem.people[mentor].interests}
    shared = tuple(meaning.shown(written) for topic, written in sorted(ours.items()) if topic in theirs)
    yield Reason("shared_interests", {"interests": shared}) if shared else Reason("no_shared_interests")


def _preference(problem: Problem, mentor: int, mentee: int) -> Iterator[Reason]:
    one, other = problem.people[mentor], problem.people[mentee]
    ranked = problem.policy.options.ranked
    named = []
    if other.person_id in one.prefers[:ranked]:
        named.append(Reason("named_by_mentor", {"rank": one.prefers.index(other.person_id) + 1}))
    if one.person_id in other.prefers[:ranked]:
        named.append(Reason("named_by_mentee", {"rank": other.prefers.index(one.person_id) + 1}))
    yield from named or [Reason("named_by_none")]


def _difference(problem: Problem, mentor: int, mentee: int) -> Iterator[Reason]:
    for attribute in problem.policy.options.difference_on:
        if attribute.startswith(IDENTITY):  # weighed for those who agreed to it, told to nobody
            continue
        ours = getattr(problem.people[mentor], attribute)
        theirs = getattr(problem.people[mentee], attribute)
        values = {"attribute": attribute.replace("_", " "), "mentor": ours, "mentee": theirs}
        if not (normal(ours) and normal(theirs)):
            yield Reason("unknown_attribute", {"attribute": values["attribute"]})
        elif normal(ours) == normal(theirs):
            yield Reason("same", values)
        else:
            yield Reason("differs", values)


def _style(problem: Problem, mentor: int, mentee: int) -> Iterator[Reason]:
    known = []
    for scale in STYLE_SCALES:
        ours = getattr(problem.people[mentor], f"style_{scale}")
        theirs = getattr(problem.people[mentee], f"style_{scale}")
        if ours and theirs:
            known.append(Reason("style", {"scale": scale, "mentor": ours, "mentee": theirs}))
    yield from known or [Reason("style_unknown")]


def _shared_hours(problem: Problem, mentor: int, mentee: int) -> float:
    zone = problem.traits.zone
    return round(int(problem.traits.minutes[zone[mentor], zone[mentee]]) / 60, 2)


def _overlap(problem: Problem, mentor: int, mentee: int) -> Iterator[Reason]:
    if problem.people[mentor].time_zone and problem.people[mentee].time_zone:
        yield Reason("shared_hours", {"hours": _shared_hours(problem, mentor, mentee)})
    else:
        yield Reason("time_zone_unknown")


def _grades(problem: Problem, mentor: int, mentee: int) -> Reason:
    ours, theirs = int(problem.traits.grade[mentor]), int(problem.traits.grade[mentee])
    needed = problem.policy.rules.grade_gap_min
    return Reason("grade_gap_min", {"mentor": ours, "mentee": theirs, "found": theirs - ours, "needed": needed})


def _line(problem: Problem, mentor: int, mentee: int) -> Reason:
    depth = problem.traits.line.depth
    above, below = sorted((mentor, mentee), key=lambda person: int(depth[person]))
    return Reason(
        "reporting_line",
        {
            "above": problem.people[above].person_id,
            "below": problem.people[below].person_id,
            "distance": int(depth[below] - depth[above]),
        },
    )


def _manager(problem: Problem, mentor: int, mentee: int) -> Reason:
    return Reason("same_manager", {"manager": problem.people[mentor].manager_id})


def _languages(problem: Problem, mentor: int, mentee: int) -> Reason:
    ours, theirs = problem.people[mentor].languages, problem.people[mentee].languages
    return Reason("common_language", {"mentor": ", ".join(ours), "mentee": ", ".join(theirs)})


def _hours(problem: Problem, mentor: int, mentee: int) -> Reason:
    needed = problem.policy.rules.overlap_hours_min
    return Reason("overlap_hours_min", {"found": _shared_hours(problem, mentor, mentee), "needed": needed})


def _lesson(problem: Problem, mentor: int, mentee: int) -> Reason:
    wants = problem.people[mentee].wants
    if not wants:
        return Reason("must_teach_no_wants")
    best = int(best_lesson(problem, np.array([mentor]), np.array([mentee]))[0])
    if best:
        return Reason("teach_level_min", {"found": best, "needed": problem.policy.rules.teach_level_min})
    return Reason("must_teach", {"topics": _dearest(problem.policy, wants)})


def _dearest(policy: Policy, wants: Mapping[str, tuple[int, int]]) -> tuple[str, ...]:
    top = max(want[0] for want in wants.values())
    meaning = Meanings(policy.options.synonyms)
    return tuple({meaning(word): meaning.shown(word) for word, want in wants.items() if want[0] == top}.values())
