"""The access table as a page of the documentation. docs/access.md is this function's output; a test compares them."""

from __future__ import annotations

from collections.abc import Iterable

from .access import ROUTES, On, Policy, Role

ABOUT = {
    On.PUBLIC: "Open to anybody, signed in or not; what they show is nobody's.",
    On.SELF: "Open to whoever is signed in, on what is their own.",
    On.INSTALLATION: "By a role held anywhere; a coordinator of any programme may bring in people.",
    On.PROGRAMME: "By the roles held in that programme, by enrolment in it, or by a role in the whole installation.",
    On.ENROLMENT: "For the person enrolled. The programme's staff know that it exists, and may not open it.",
    On.PROPOSAL: "For its two sides, once published. The programme's staff answer for nobody.",
    On.PAIR: "For the two themselves. Dates and places also for the mentee's delegate.",
}

HEAD = """# Who may do what

Deny by default: what does not stand here is open to nobody.
Not signed in: to the sign-in page. Signed in, in no relation to the thing: 404. Related, with too little right: 403.

This page is written from the table in `src/viceversa/accounts/access.py`, which the product itself obeys.
After a change there, write it anew: `python -m viceversa.accounts.access_page > docs/access.md`.
"""


def access_table_markdown() -> str:
    """The whole page: a section for each kind of thing, a row for each route."""
    return "\n".join([HEAD, *(_section(on) for on in On)])


def _section(on: On) -> str:
    rows = [_row(name, policy) for name, policy in ROUTES.items() if policy.on is on]
    return "\n".join(
        [
            f"## On {on.value}",
            "",
            ABOUT[on],
            "",
            "| route | what | read | change |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _row(name: str, policy: Policy) -> str:
    if policy.on is On.PUBLIC:
        return f"| `{name}` | {policy.what} | anybody | anybody |"
    if policy.on is On.SELF:
        return f"| `{name}` | {policy.what} | oneself | oneself |"
    return f"| `{name}` | {policy.what} | {_words(policy.roles_for('GET'))} | {_words(policy.write)} |"


def _words(roles: Iterable[Role]) -> str:
    held = set(roles)
    return ", ".join(role.value.replace("_", " ") for role in Role if role in held) or "–"


if __name__ == "__main__":
    print(access_table_markdown(), end="")
