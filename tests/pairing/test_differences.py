"""Two runs side by side: how many pairs are others, whose, and the mark under which a large answer is kept."""

from __future__ import annotations

from datetime import timedelta

from tests.many import grow
from viceversa.pairing.differences import changes_of, pairs_apart, pairs_mark
from viceversa.pairing.models import MatchRun, Proposal


def two_runs(northmoor, clock) -> tuple[MatchRun, MatchRun]:
    """The second keeps the first pair, crosses the next two, and has nobody for the last."""
    grow(northmoor, 4, now=clock())
    first = northmoor.run
    second = MatchRun.objects.create(
        cohort=first.cohort,
        number=first.number + 1,
        requested_at=clock() + timedelta(days=1),
        policy=first.policy,
        seed=1,
        state=MatchRun.State.DONE,
    )
    one, two, three, _four = first.proposals.filter(state="draft").order_by("pk")
    first.proposals.exclude(state="draft").delete()
    for mentor, mentee in ((one.mentor, one.mentee), (two.mentor, three.mentee), (three.mentor, two.mentee)):
        Proposal.objects.create(run=second, mentor=mentor, mentee=mentee, score=0.5, criteria={})
    return first, second


def test_whose_pairs_are_others_is_told_by_their_keys_in_order(northmoor, clock):
    first, second = two_runs(northmoor, clock)
    apart = pairs_apart(first, second)
    assert (apart.kept, apart.new, apart.gone) == (1, 2, 3)
    _one, two, three, four = first.proposals.order_by("pk")
    assert apart.changed == tuple(sorted([two.mentee_id, three.mentee_id, four.mentee_id]))
    changes = {one.mentee: (one.before, one.after) for one in changes_of(first, second, apart.changed)}
    assert changes == {
        two.mentee_id: ((two.mentor_id,), (three.mentor_id,)),
        three.mentee_id: ((three.mentor_id,), (two.mentor_id,)),
        four.mentee_id: ((four.mentor_id,), ()),
    }


def test_the_mark_is_another_once_a_pair_is_set_aside_or_added(northmoor, clock):
    first, second = two_runs(northmoor, clock)
    marks = [pairs_mark((first, second))]
    gone = second.proposals.order_by("pk")[0]
    Proposal.objects.filter(pk=gone.pk).update(state=Proposal.State.SET_ASIDE)
    marks.append(pairs_mark((first, second)))
    last = first.proposals.order_by("-pk")[0]
    Proposal.objects.create(run=second, mentor=last.mentor, mentee=gone.mentee, score=0.5, criteria={})
    marks.append(pairs_mark((first, second)))
    assert len(set(marks)) == 3
    assert pairs_mark((first, second)) == marks[-1]
