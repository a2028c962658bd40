"""Topics out of a file: our own columns, and the skills file of ESCO."""

import csv
import io

import pytest

from viceversa.people import topic_import as files
from viceversa.people.models import Topic, TopicImport, TopicSynonym
from viceversa.people.topic_catalogue import catalogue_csv, fill_catalogue
from viceversa.people.topic_file import TopicsRefused, sentence
from viceversa.people.topic_import import RowWish, add_chosen, choose, choose_all, choose_none, judged

ESCO_HEADINGS = "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,hiddenLabels,status,description"


@pytest.fixture
def upload(northmoor, clock):
    def read(content, name="topics.csv"):
        data = content if isinstance(content, bytes) else content.encode()
        return files.upload_topics(data, file_name=name, by=northmoor.users["coordinator"], now=clock())

    return read


@pytest.fixture
def add(northmoor, clock):
    def apply(batch, family=""):
        return add_chosen(batch, family=family, by=northmoor.users["coordinator"], now=clock())

    return apply


def skill(number, label, *others, kind="skill/competence", reach="cross-sector", about="Does it."):
    text = io.StringIO()
    uri = f"http://data.europa.eu/esco/skill/{number}"
    csv.writer(text).writerow(
        ["KnowledgeSkillCompetence", uri, kind, reach, label, "\n".join(others), "", "released", about]
    )
    return text.getvalue()


def esco(*rows):
    return ESCO_HEADINGS + "\n" + "".join(rows)


def codes(batch):
    return [(one["line"], one["code"]) for one in batch.problems]


def test_topics_of_our_own_columns_come_in_with_their_words(upload, add):
    batch = upload('name;family;synonyms;description\nBeekeeping;Nature;"apiary; bees";Honey and patience.\n')
    assert add(batch) == 1
    topic = Topic.objects.get(key="beekeeping")
    assert (topic.family, topic.description, topic.is_listed) == ("Nature", "Honey and patience.", True)
    assert set(topic.synonyms.values_list("name", flat=True)) == {"apiary", "bees"}


def test_the_name_alone_is_enough(upload, add):
    assert add(upload("Name\nBeekeeping\n")) == 1


def test_nothing_is_in_the_catalogue_before_it_was_chosen(upload):
    upload("name\nBeekeeping\n")
    assert not Topic.objects.filter(key="beekeeping").exists()


def test_all_problems_are_told_at_once_and_the_rows_left_out(upload, add):
    long = "x" * 81
    batch = upload(
        "name,family,synonyms,description\n"
        f"{long},F,,\n"
        ",F,,\n"
        "Bees,F,apiary,\n"
        "bees,F,,\n"
        "apiary,F,,\n"
        "Hives,F,bees,\n"
        f"Honey,{long},{long},{'d' * 301}\n"
        "Wax;comb,F,,\n".replace("Wax;comb", '"Wax;comb"')
    )
    assert codes(batch) == [
        (2, "name_long"),
        (3, "name_missing"),
        (5, "name_twice"),
        (6, "name_is_synonym"),
        (7, "synonym_twice"),
        (8, "family_long"),
        (8, "description_long"),
        (8, "synonym_long"),
        (9, "semicolon"),
    ]
    assert all(sentence(one) for one in batch.problems)
    assert add(batch) == 1
    assert Topic.objects.filter(key="bees").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 whatever", "not a table"),
        (b"topic,kind\nBees,F\n", "no column"),
        (b"name,family\n", "no topic"),
        (b"name,family\n,F\n", "Row 2"),
        (b"name,family\n\x00\x01,F\n", ""),
        ("name\nBees\n".encode("utf-16"), None),
        (b'name,family\n"Bees,F\n', "quotation"),
        (b"PK\x03\x04broken", ""),
    ],
)
def test_a_hostile_file_ends_in_sentences_or_in_rows(upload, content, words):
    if words is None:
        assert upload(content).rows.count() == 1
        return
    with pytest.raises(TopicsRefused) as refusal:
        upload(content)
    assert refusal.value.reasons
    assert words in " ".join(refusal.value.reasons)


def test_a_word_that_means_a_topic_already_is_shown_and_not_taken(northmoor, clock, upload, add):
    fill_catalogue(by=None, now=clock())
    batch = upload("name,synonyms\nJS,\nPython,\nBeekeeping,pandas;apiary\n")
    told = {one.row.name: (one.there.name if one.there else "", one.clashes) for one in judged(batch.rows.all())}
    assert told == {"JS": ("JavaScript", True), "Python": ("Python", False), "Beekeeping": ("", False)}
    assert add(batch) == 1
    assert set(TopicSynonym.objects.filter(topic__key="beekeeping").values_list("key", flat=True)) == {"apiary"}
    assert not Topic.objects.filter(key="js").exists()


def test_of_the_skills_file_nothing_comes_in_that_was_not_chosen(upload, add):
    batch = upload(
        esco(
            skill(1, "manage musical staff", "manage staff of music", "coordinate duties of musical staff"),
            skill(2, "Haskell", "Haskell techniques", kind="knowledge", reach="sector-specific"),
            skill(3, "think creatively", reach="transversal", about="Long. " * 80),
        ),
        name="skills_en.csv",
    )
    assert batch.shape == TopicImport.Shape.ESCO
    assert batch.rows.filter(is_chosen=True).count() == 0
    assert set(batch.rows.values_list("family", flat=True)) == {
        "Skills used in several sectors",
        "Knowledge used in one sector",
        "Skills used everywhere",
    }
    assert choose_all(batch, RowWish(words="musical", only_new=True)) == 1
    assert add(batch, family="Music") == 1
    topic = Topic.objects.get(key="manage musical staff")
    assert topic.family == "Music"
    assert topic.source == "http://data.europa.eu/esco/skill/1"
    assert topic.synonyms.count() == 2


def test_a_long_description_keeps_whole_sentences(upload):
    row = upload(esco(skill(3, "think creatively", about="Long. " * 80))).rows.get()
    assert len(row.description) <= 300
    assert row.description.endswith("Long.")


def test_a_word_that_esco_gives_to_two_skills_stays_with_the_first(upload, add):
    batch = upload(esco(skill(1, "lead a team", "lead others"), skill(2, "lead others well", "lead others")))
    assert batch.problems == []
    choose_all(batch, RowWish())
    assert add(batch) == 2
    assert TopicSynonym.objects.get(key="lead others").topic.key == "lead a team"


def test_ticks_of_one_page_leave_those_of_another(upload):
    batch = upload(esco(*(skill(n, f"skill {n}") for n in range(6))))
    rows = list(batch.rows.values_list("pk", flat=True))
    choose(batch, shown_rows=rows[:3], ticked=rows[:2])
    choose(batch, shown_rows=rows[3:], ticked=rows[5:])
    assert list(batch.rows.filter(is_chosen=True).values_list("pk", flat=True)) == [rows[0], rows[1], rows[5]]
    choose(batch, shown_rows=rows[:3], ticked=[])
    assert list(batch.rows.filter(is_chosen=True).values_list("pk", flat=True)) == [rows[5]]
    choose_none(batch)
    assert not batch.rows.filter(is_chosen=True).exists()


def test_a_file_is_added_once(upload, add):
    batch = upload("name\nBeekeeping\n")
    assert add(batch) == 1
    assert add(batch) is None


def test_the_catalogue_comes_back_as_it_went_out(northmoor, clock, upload, add):
    fill_catalogue(by=None, now=clock())
    before = catalogue_csv()
    TopicSynonym.objects.all().delete()
    Topic.objects.all().delete()
    batch = upload(before)
    assert batch.problems == []
    assert add(batch) > 300
    assert catalogue_csv() == before


def test_some_fourteen_thousand_skills_are_read_and_chosen_from(upload, add):
    many = esco(*(skill(n, f"skill number {n}", f"other word {n}", f"third word {n}") for n in range(13_900)))
    batch = upload(many)
    assert batch.rows.count() == 13_900
    choose_all(batch, RowWish(words="number 77", only_new=True))
    assert add(batch) == len([n for n in range(13_900) if "77" in str(n)])
