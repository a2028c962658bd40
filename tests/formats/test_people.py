"""The people file as most people write it: CSV in UTF-8."""

from viceversa.formats.people import Want, read_people

HEADINGS = "person_id,role,grade"


def codes(text: str) -> list[tuple[int, str, str]]:
    found = read_people(text.encode(), file_name="people.csv").problems
    return [(problem.line, problem.column, problem.code) for problem in found]


def test_a_full_row_is_read_with_every_column() -> None:
    text = (
        "Person_ID , role,grade,capacity,offers,wants,hours,prefers\n"
        " p1 ,Both,4,2,Python:5;python :4;ISO 9001:2:3,SQL:3:1;sql:3:2;Sql:2:4,22:00-06:00,p1;p2\n"
    )
    people = read_people(text.encode(), file_name="people.csv")
    (person,) = people.rows
    assert people.ok
    assert (person.person_id, person.role, person.grade, person.capacity) == ("p1", "both", 4, 2)
    assert person.offers == {"Python": 5, "ISO 9001:2": 3}
    assert person.wants == {"SQL": Want(3, 2)}
    assert person.hours == (22 * 60, 6 * 60)
    assert person.prefers == ("p1", "p2")
    assert person.line == 2


def test_prefers_keeps_the_places_as_written() -> None:
    text = "person_id,role,prefers\na,,z;;a;b;b\nb,,\n"
    first = read_people(text.encode(), file_name="people.csv").rows[0]
    assert first.prefers == ("z", "a", "b", "b")


def test_all_problems_of_a_file_are_told_at_once() -> None:
    assert codes("person_id,role,grade,offers\na,mentor,senior,Py:9\nb,boss,2,:3\n") == [
        (2, "grade", "grade_not_whole"),
        (2, "offers", "level_range"),
        (3, "role", "role_unknown"),
        (3, "offers", "offer_shape"),
    ]


def test_a_cycle_of_managers_is_shown_once_and_whole() -> None:
    text = "person_id,role,manager_id\na,,b\nb,,c\nc,,a\nd,,a\n"
    (cycle,) = read_people(text.encode(), file_name="people.csv").problems
    assert (cycle.line, cycle.code, cycle.facts["cycle"]) == (2, "manager_cycle", "a → b → c → a")
