"""A progress bar on a terminal for whatever takes longer than two seconds; silence everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

SECONDS_BEFORE_SHOWING = 2.0


class Progress(Protocol):
    """Told what is being done, and which share of that, 0 to 1, is behind us."""

    def __call__(self, stage: str, share: float, /) -> None: ...


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Progress | None]:
    """A ``Progress`` that draws on the terminal, or None where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    with tqdm(
        total=100,
        delay=SECONDS_BEFORE_SHOWING,
        leave=False,
        file=sys.stderr,
        bar_format="{desc} {bar} {n:.0f} %  {elapsed}, about {remaining} left",
        smoothing=0,
    ) as bar:

        def show(stage: str, share: float, /) -> None:
            bar.set_description_str(stage, refresh=False)
            bar.update(100 * share - bar.n)  # back to 0 where a new stage begins

        yield show
