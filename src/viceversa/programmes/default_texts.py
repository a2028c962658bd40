"""The words that a new programme begins with: what people agree to, and where confidentiality ends.

They are copied into the programme when it is opened, in the language of that moment, and are its own from then on.
"""

from __future__ import annotations

from django.utils.translation import gettext as _


def consent_text() -> str:
    return "\n\n".join(
        (
            _(
                "I take part because I want to. I can stop at any time, without a reason, "
                "and nobody will hold it against me."
            ),
            _(
                "What I write here is used to find me a partner: my topics, times, languages, interests and the way "
                "I like to work. My partner and the coordinator see which topics I offer and want."
            ),
            _(
                "What I say to my partner and what I note for myself is not read by the coordinator, by HR or by my "
                "manager. The coordinator sees whether and when we met."
            ),
            _("What I answer in surveys is only ever shown together with the answers of at least nine other people."),
        )
    )


def limits_text(addition: str = "") -> str:
    """Where confidentiality ends. ``addition`` is what a playbook's own subject calls for."""
    parts = [
        _("What the two of you say stays between the two of you, with these limits, which you both know beforehand:"),
        _("If somebody is in danger of serious harm, whoever hears of it tells a handler."),
        _(
            "If the law demands that something be reported, it is reported, "
            "and you are told first where that is allowed."
        ),
        _("If somebody is harassed, discriminated against or mistreated, a handler is told; you choose which."),
        addition,
        _("Nobody else is told, and nothing is told to a manager. When in doubt, ask a handler: asking tells nobody."),
    ]
    return "\n\n".join(part for part in parts if part)
