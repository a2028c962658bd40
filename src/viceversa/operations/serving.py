"""The web server, and on SQLite the worker beside it."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from .working import THREADS_BESIDE_THE_WEB, Threads

THREADS_A_PROCESS = 4
APPLICATION = "viceversa.config.wsgi:application"


class PortTaken(Exception):
    """Nothing can listen there; the message says what to do."""


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def open_wire_warning(*, host: str, base_url: str) -> str:
    """One sentence where passwords would cross a network unencrypted, else nothing."""
    if is_loopback(host) or urlsplit(base_url).scheme == "https":
        return ""
    return (
        f"Passwords would cross the network readable: {host} is not this machine alone and VICEVERSA_BASE_URL is "
        f"{base_url}. Put a proxy with TLS in front and set VICEVERSA_BASE_URL to its https address."
    )


def require_free_port(*, host: str, port: int) -> None:
    """Raise ``PortTaken`` where something listens already, or this machine has no such address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
            probe.listen(1)
        except OSError as problem:
            why = problem.strerror or str(problem)
            raise PortTaken(f"Nothing can listen on {host} port {port}: {why}. Choose another with --port.") from None


def serve(
    *, host: str, port: int, processes: int, application: str = APPLICATION, started: Callable[[], None] = lambda: None
) -> None:
    """Answer requests until SIGINT or SIGTERM. ``started`` is called once the address is taken.

    Processes are spawned, not forked: the worker's threads run in this one, and a fork would copy their locks.
    """
    import multiprocessing

    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    require_free_port(host=host, port=port)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # stays empty; whitenoise warns where it is missing
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        application,
        address=host.strip("[]"),
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=THREADS_A_PROCESS,
        backpressure=128,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    )
    if not settings.ON_POSTGRESQL:
        beside = Threads(threads=THREADS_BESIDE_THE_WEB)
        server.on_startup(beside.start)
        server.on_shutdown(beside.stop)
    server.on_startup(started)
    server.serve()
