"""``viceversa doctor``: what holds, what must be mended, and how."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from viceversa.commands.outcome import Answer, CommandRefused

if TYPE_CHECKING:
    from viceversa.operations.doctor import Finding


class MustBeMended(CommandRefused):
    """Something that the installation needs does not hold; every finding is shown."""

    exit_code = 1
    kind = "installation"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__(as_text(findings))

    def as_json(self) -> str:
        return json.dumps({"error": self.kind, **as_data(self.findings)}, ensure_ascii=False, indent=2)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It asks for nothing."""


def run(arguments: argparse.Namespace) -> Answer:
    from viceversa.operations.setup import set_up

    set_up()
    from django.conf import settings

    from viceversa.operations.doctor import examine

    findings = examine(now=settings.CLOCK())
    if any(finding.must_be_mended for finding in findings):
        raise MustBeMended(findings)
    return Answer(text=as_text(findings), data=as_data(findings))


def as_text(findings: tuple[Finding, ...]) -> str:
    width = max(len(finding.name) for finding in findings)
    return "\n".join(f"{finding.state:<7} {finding.name:<{width}}  {finding.says}" for finding in findings)


def as_data(findings: tuple[Finding, ...]) -> dict[str, object]:
    mend = sum(finding.must_be_mended for finding in findings)
    rows = [{"name": finding.name, "state": finding.state, "says": finding.says} for finding in findings]
    return {"must_be_mended": mend, "findings": rows}
