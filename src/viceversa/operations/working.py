"""Background work: in threads of this process on SQLite, woken by Procrastinate on PostgreSQL."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

from django.conf import settings

from viceversa.outbox.worker import Loop, Rounds

# Two, so that letters leave while a match run is under way.
THREADS_BESIDE_THE_WEB = 2


class Threads:
    """The in-process workers. The first also does the recurring work and beats for /readyz."""

    def __init__(self, *, threads: int) -> None:
        name = f"{socket.gethostname()[:40]}-{os.getpid()}"
        self.loops = [
            Loop(name=f"{name}-{number}", clock=settings.CLOCK, rounds=Rounds() if number == 1 else None)
            for number in range(1, threads + 1)
        ]
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        self._threads = [threading.Thread(target=loop.run, name=loop.name, daemon=True) for loop in self.loops]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each finish the job in its hands; one that takes longer is handed out again when its lease ends."""
        for loop in self.loops:
            loop.stopping.set()
        for thread in self._threads:
            thread.join(timeout=20)


def work_until_stopped(*, threads: int, started: Callable[[], None] = lambda: None) -> None:
    """Do background work until SIGINT or SIGTERM; ``started`` is called once a signal ends it well."""
    if settings.ON_POSTGRESQL:
        started()
        _work_with_procrastinate(threads=threads)
        return
    workers = Threads(threads=threads)
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    workers.start()
    started()
    ended.wait()
    workers.stop()


def _work_with_procrastinate(*, threads: int) -> None:
    from viceversa.outbox.procrastinate_wake import worker_app

    worker_app().run_worker(concurrency=threads, queues=["viceversa"], delete_jobs="successful")
