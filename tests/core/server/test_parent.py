"""The parent process: a taken port, generations under load, crashes, and an end that leaves nothing."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.core.server.processes import (
    ROOT,
    has_ended,
    is_running,
    parent_of,
    processes_about,
    query,
    site_packages,
    wait_until,
)

PARENT_SCRIPT = Path(__file__).with_name("serving_parent.py")
SOMEWHERE = "postgresql://nobody@192.0.2.1/none"


class Serving:
    """A running parent with its children."""

    def __init__(self, folder: Path, environment: dict[str, str] | None = None, **order: Any) -> None:
        self.folder = folder
        self.diary = folder / "diary"
        order = {
            "port": 0,
            "database_url": SOMEWHERE,
            "worker_processes": 0,
            "state_dir": str(folder),
            **order,
        }
        self.log = folder / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    str(PARENT_SCRIPT),
                    json.dumps({k: v for k, v in order.items() if v is not None}),
                ],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=folder,
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join([str(ROOT), *site_packages()]),
                    "KEYUAN_TEST_DIARY": str(self.diary),
                    **(environment or {}),
                },
                start_new_session=True,
            )
        assert self.process.stdout is not None
        told = self.process.stdout.readline()
        self.port = int(told) if told else 0

    def get(self, path: str = "/") -> list[str]:
        """Generation, process and database of the child that answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            assert response.status == 200
            return response.read().decode().split(" ")
        finally:
            connection.close()

    def nurseries(self) -> list[int]:
        """The processes of the generations, which fork the others."""
        return [
            pid
            for pid, command in processes_about(self.folder).items()
            if "serving_child" in command and parent_of(pid) == self.process.pid
        ]

    def children(self) -> list[int]:
        """The processes that answer and work."""
        nurseries = self.nurseries()
        return [pid for pid in processes_about(self.folder) if parent_of(pid) in nurseries]

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture
def folder(state_dir: Path) -> Iterator[Path]:
    state_dir.mkdir()
    yield state_dir
    has_ended(state_dir)


def hammer(port: int, stop: threading.Event, answers: list[str], faults: list[str], keep_alive: bool) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    while not stop.is_set():
        try:
            connection.request("GET", "/")
            response = connection.getresponse()
            answers.append(response.read().decode().split(" ")[0])
            if response.status != 200:
                faults.append(str(response.status))
        except (OSError, http.client.HTTPException) as error:
            faults.append(repr(error))
        if not keep_alive:
            connection.close()
        stop.wait(0.002)
    connection.close()


def test_next_generation_takes_over_without_a_failed_request(folder: Path) -> None:
    serving = Serving(folder, web_processes=2, worker_processes=1)
    before = serving.children()
    assert len(before) == 3
    stop, answers, faults = threading.Event(), list[str](), list[str]()
    clients = [
        threading.Thread(
            target=hammer, args=(serving.port, stop, answers, faults, number % 2 == 0), daemon=True
        )
        for number in range(4)
    ]
    slow: list[list[str]] = []
    clients.append(threading.Thread(target=lambda: slow.append(serving.get("/slow")), daemon=True))
    for client in clients:
        client.start()
    wait_until(lambda: len(answers) > 50, "answers of the first generation")
    serving.get("/generation/2")
    serving.get("/generation/2")
    wait_until(lambda: answers[-50:] == ["2"] * 50, "answers of the second generation only")
    wait_until(lambda: not any(is_running(pid) for pid in before), "end of the first generation")
    stop.set()
    for client in clients:
        client.join()
    assert faults == []
    assert set(answers) == {"1", "2"}
    assert slow[0][0] == "1", "the request in flight was finished by the process that began it"
    assert len(serving.children()) == 3
    assert serving.diary.read_text().split() == ["ready", "1", "ready", "2", "drained", "1"]
    assert serving.end() == 0


@pytest.mark.parametrize("fault", ["BROKEN", "HANGING"])
def test_generation_that_cannot_start_leaves_the_old_one_serving(folder: Path, fault: str) -> None:
    serving = Serving(folder, {f"KEYUAN_TEST_{fault}": "2"}, limits={"ready": 2})
    pid = serving.get("/generation/2")[1]
    wait_until(lambda: "generation 1 goes on serving" in serving.log.read_text(), "log of the failure")
    wait_until(lambda: serving.children() == [int(pid)], "end of the failed generation")
    assert serving.get()[:2] == ["1", pid]
    serving.get("/generation/3")
    wait_until(lambda: serving.get()[0] == "3", "a later generation")
    assert serving.end() == 0


def test_crashed_child_is_replaced_in_the_generation_of_the_database(folder: Path) -> None:
    serving = Serving(folder, {"KEYUAN_TEST_GENERATION": "7"}, limits={"first_pause": 0.05})
    pid = serving.get()[1]
    with pytest.raises((OSError, http.client.HTTPException)):
        serving.get("/crash")
    generation, another, _url = serving.get()
    assert another != pid, "the socket queues while there is nobody"
    assert generation == "7"
    assert "ended with exit code 3" in serving.log.read_text()
    assert serving.end() == 0


def test_killed_nursery_is_replaced_and_its_children_finish(folder: Path) -> None:
    serving = Serving(folder, worker_processes=1)
    before, (nursery,) = serving.children(), serving.nurseries()
    slow: list[list[str]] = []
    client = threading.Thread(target=lambda: slow.append(serving.get("/slow")), daemon=True)
    client.start()
    wait_until(lambda: serving.get("/collector"), "an answer beside the slow one")
    os.kill(nursery, signal.SIGKILL)
    client.join()
    assert int(slow[0][1]) in before
    wait_until(lambda: not any(is_running(pid) for pid in before), "end of the orphans")
    assert int(serving.get()[1]) not in before, "the socket queues while there is nobody"
    assert serving.nurseries() != [nursery]
    assert "has lost the process that started it" in serving.log.read_text()
    assert serving.end() == 0


def test_what_was_loaded_before_the_fork_is_frozen_and_what_comes_later_is_collected(folder: Path) -> None:
    serving = Serving(folder)
    is_enabled, frozen = serving.get("/collector")
    assert is_enabled == "True"
    assert int(frozen) > 10_000
    assert serving.end() == 0


@pytest.mark.parametrize("path", ["/slow", "/stream"])
def test_request_in_flight_is_finished_at_the_end(folder: Path, path: str) -> None:
    serving = Serving(folder)
    connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=20)
    connection.request("GET", path)
    threading.Timer(0.3, lambda: serving.process.send_signal(signal.SIGTERM)).start()
    response = connection.getresponse()
    assert response.status == 200
    assert len(response.read()) == (
        1_000_000 if path == "/stream" else int(response.headers["Content-Length"])
    )
    connection.close()
    assert serving.process.wait(20) == 0


def test_interrupt_at_the_console_leaves_nothing(folder: Path) -> None:
    serving = Serving(folder, database_url=None, worker_processes=1)
    generation, _pid, owner_url = serving.get()
    assert generation == "1"
    assert query(owner_url, "select current_database()") == [("keyuan",)]
    commands = processes_about(folder).values()
    assert not any(owner_url.split("@")[0] in command for command in commands), "addresses are no arguments"
    os.killpg(serving.process.pid, signal.SIGINT)
    assert serving.process.wait(20) == 0
    assert not processes_about(folder)
    assert "drained 1" in serving.diary.read_text()
    assert "Traceback" not in serving.log.read_text()


def test_killed_parent_takes_everything_along(folder: Path) -> None:
    serving = Serving(folder, {"KEYUAN_TEST_STUBBORN": "1"}, database_url=None, worker_processes=1)
    serving.process.kill()
    serving.process.wait()
    has_ended(folder)


def test_child_that_does_not_end_is_killed(folder: Path) -> None:
    serving = Serving(folder, {"KEYUAN_TEST_STUBBORN": "1"}, worker_processes=1, limits={"drain": 0.5})
    assert serving.end() == 0
    assert not serving.children()


def test_second_signal_does_not_wait(folder: Path) -> None:
    serving = Serving(folder, {"KEYUAN_TEST_STUBBORN": "1"}, worker_processes=1)
    serving.process.send_signal(signal.SIGINT)
    wait_until(lambda: len(serving.children()) == 1, "end of the web child")
    assert serving.end(signal.SIGINT) == 0


def test_taken_port_is_named(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        serving = Serving(folder, port=port, database_url=None)
        assert serving.process.wait(20) == 2
    told = serving.log.read_text()
    assert str(port) in told and "--port" in told and "KEYUAN_PORT" in told and "Traceback" not in told
    assert not (folder / "postgres").exists(), "the database server is not even started"


def test_first_children_that_fail_end_the_command(folder: Path) -> None:
    serving = Serving(folder, {"KEYUAN_TEST_BROKEN": "1"})
    assert serving.process.wait(20) == 1
    assert "ended with exit code 4" in serving.log.read_text()
