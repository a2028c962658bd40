"""The commands as somebody calls them: a process that answers, works and stops."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from viceversa.operations.serving import PortTaken, is_loopback, open_wire_warning, require_free_port
from viceversa.operations.setup import local_url


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "::1", "[::1]"])
def test_this_machine_alone_is_loopback(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org", "localhost.example.org", ""])
def test_everything_else_is_not(host):
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("host", "base_url", "warned"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", False),
        ("0.0.0.0", "http://127.0.0.1:8000", True),
        ("192.0.2.1", "http://mentoring.example.org", True),
        ("0.0.0.0", "https://mentoring.example.org", False),
    ],
)
def test_an_open_wire_is_warned_of_in_one_sentence(host, base_url, warned):
    warning = open_wire_warning(host=host, base_url=base_url)
    assert bool(warning) is warned
    assert warning.count("\n") == 0


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("vice.example.org", "http://vice.example.org:8000"),
    ],
)
def test_the_address_to_open_is_one_that_a_browser_can_open(host, url):
    assert local_url(host=host, port=8000) == url


def test_a_port_that_is_taken_is_named():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port}: .* Choose another with --port"):
            require_free_port(host="127.0.0.1", port=port)
    require_free_port(host="127.0.0.1", port=port)


def test_an_address_that_this_machine_does_not_have_is_named():
    with pytest.raises(PortTaken, match=r"192\.0\.2\.1"):
        require_free_port(host="192.0.2.1", port=0)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("VICEVERSA_", "DJANGO_"))}
    return kept | {"VICEVERSA_DATA_DIR": str(tmp_path / "a new place")}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read().decode()


def command(*arguments, environment):
    line = [sys.executable, "-m", "viceversa.cli", *arguments]
    return subprocess.Popen(line, env=environment, stderr=subprocess.PIPE, text=True)


def stop(process):
    process.send_signal(signal.SIGINT)
    try:
        return process.wait(timeout=60)
    finally:
        process.kill()
        process.stderr.close()


def test_serve_sets_itself_up_answers_works_and_stops(environment):
    port = free_port()
    process = command("serve", "--port", str(port), environment=environment)
    try:
        said = [process.stderr.readline(), process.stderr.readline()]
        assert "Applied" in said[0], said
        assert f"Viceversa answers on http://127.0.0.1:{port}" in said[1]
        here = f"http://127.0.0.1:{port}"
        status, page = until_answered(f"{here}/sign-in/")
        assert status == 200
        assert "<h1" in page
        assert fetch(f"{here}/static/viceversa.css")[0] == 200
        checks = until_ready(f"{here}/readyz", process)
        assert checks == {"database": True, "migrations": True, "worker": True}
    finally:
        code = stop(process)
    assert code == 0


def until_answered(url, tries=200):
    """The first answer; the socket is there before the process behind it has imported everything."""
    for _ in range(tries):
        try:
            return fetch(url)
        except OSError:
            pause()
    raise AssertionError("nothing answered")


def until_ready(url, process, tries=200):
    for _ in range(tries):
        status, text = fetch(url)
        if status == 200:
            break
        assert process.poll() is None
        pause()
    return {name: check["ok"] for name, check in json.loads(text)["checks"].items()}


def pause() -> None:
    time.sleep(0.1)


def test_a_worker_of_its_own_beats_and_stops(environment):
    process = command("worker", "--threads", "1", environment=environment)
    try:
        assert "Working with 1 threads" in process.stderr.readline()
    finally:
        code = stop(process)
    assert code == 0
    line = [sys.executable, "-m", "viceversa.cli", "doctor", "--json"]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    states = {finding["name"]: finding["state"] for finding in json.loads(done.stdout)["findings"]}
    assert done.returncode == 0
    assert (states["migrations"], states["worker"]) == ("ok", "ok")


def test_a_second_server_on_the_port_says_so_and_leaves(environment):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        process = command("serve", "--port", str(holder.getsockname()[1]), environment=environment)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 3
    assert said.count("\n") == 1
    assert "Choose another with --port" in said
