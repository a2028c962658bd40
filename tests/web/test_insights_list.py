"""The list of programmes' facts: whether it goes well, from what each reader may read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.test_cockpit import MOST_QUERIES, more_pairs, queries_for, words_of
from viceversa.accounts.models import RoleGrant
from viceversa.insights.deciding import Leaning
from viceversa.journey.models import Meeting
from viceversa.web.deciding_words import whole_answer


def test_the_list_answers_whether_it_goes_well_and_gives_no_small_number_away(northmoor, clock):
    scope = northmoor.other_programme.public_id
    RoleGrant.objects.create(user=northmoor.users["sponsor"], role="sponsor", scope=scope, granted_at=clock())
    client = northmoor.sign_in(Client(), "sponsor")
    answer = words_of(client.get(reverse("insights_list")))
    assert "It is too early to say whether it goes well" in answer
    assert answer.count("nothing can be told without naming them") == 2
    more_pairs(northmoor, clock, 11)
    Meeting.objects.filter(title="Talk", number=1).update(state=Meeting.State.HELD, held_at=clock() - timedelta(days=9))
    answer = words_of(client.get(reverse("insights_list")))
    assert "One needs a change, for one it is too early to say" in answer
    assert "There are 13 pairs, and 50 % of their meetings take place." in answer
    assert "Something to change" in answer
    assert [name for name in ("Solberg", "Raman", "Mentee00", "Given1") if name in answer] == []


def test_the_list_of_facts_asks_as_often_for_two_pairs_as_for_sixty(northmoor, clock):
    client = northmoor.sign_in(Client(), "analyst")
    few = queries_for(client, reverse("insights_list"))
    more_pairs(northmoor, clock, 60)
    assert queries_for(client, reverse("insights_list")) == few <= MOST_QUERIES


@pytest.mark.parametrize(
    ("leanings", "says"),
    [
        ([Leaning.TOO_EARLY, Leaning.TOO_EARLY], "It is too early to say whether it goes well"),
        ([Leaning.GO_ON, Leaning.GO_ON], "2 programmes go well"),
        ([Leaning.GO_ON, Leaning.STOP], "One programme goes well, one needs a change"),
        ([Leaning.CHANGE, Leaning.STOP, Leaning.TOO_EARLY], "2 need a change, for one it is too early to say"),
    ],
)
def test_several_programmes_are_answered_for_in_one_sentence(leanings, says):
    assert whole_answer(leanings) == says
