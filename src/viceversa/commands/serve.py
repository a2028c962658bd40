"""``viceversa serve``: the web, and on SQLite one worker beside it."""

from __future__ import annotations

import argparse
import sys

from viceversa.commands.arguments import positive_number
from viceversa.commands.outcome import CommandFailed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="the address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=port_number, default=8000, metavar="N", help="the port (default 8000)")
    parser.add_argument(
        "--processes",
        type=positive_number,
        default=1,
        metavar="N",
        help="how many processes answer; more than one a core brings nothing (default 1)",
    )


def port_number(text: str) -> int:
    number = positive_number(text)
    if number > 65_535:
        raise argparse.ArgumentTypeError(f"{text} is not a port, which is a number from 1 to 65,535")
    return number


def run(arguments: argparse.Namespace) -> None:
    from viceversa.operations.setup import local_url, set_up

    here = local_url(host=arguments.host, port=arguments.port)
    set_up(base_url=here)
    from django.conf import settings

    from viceversa.operations.migrating import migrate_both
    from viceversa.operations.serving import PortTaken, open_wire_warning, require_free_port, serve

    warning = open_wire_warning(host=arguments.host, base_url=settings.BASE_URL)
    if warning:
        print(f"Warning: {warning}", file=sys.stderr)
    try:
        require_free_port(host=arguments.host, port=arguments.port)
        applied = migrate_both()
        if applied:
            print(f"Applied {applied} migrations.", file=sys.stderr)
        serve(
            host=arguments.host,
            port=arguments.port,
            processes=arguments.processes,
            started=lambda: print(f"Viceversa answers on {here} (stop with Ctrl+C).", file=sys.stderr, flush=True),
        )
    except PortTaken as taken:
        raise CommandFailed(str(taken)) from taken
