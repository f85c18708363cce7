"""A web child as the parent process starts it: composes, answers on an inherited socket, drains and ends."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys

from core.cli.deployment import Deployment
from core.config import Config, installation_root, process_environment
from core.orm.compose import compose
from core.testing.compiled import take_over
from tests.core.web.conftest import ADDONS, People

CHILD = """
import sys
from pathlib import Path
from core.cli.deployment import Deployment
from core.config import Config
from core.lifecycle.database import Database
from core.server import child
from core.web.logs import configure_logs
from core.web.main import application, compile_templates, serve

state, addons, url, fd = sys.argv[1:]
config = Config(Path(state), (Path(addons),), database_url=url, base_url="http://localhost", web_threads=2)
configure_logs()
app = application(config, Deployment(config, Database(url, url, "", own_role=False)).compose_installed())
compile_templates(app)
child.attach()
serve(app, int(fd), config)
"""


def test_a_child_serves_and_drains(people: People, config: Config) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    port, fd = listening.getsockname()[1], listening.fileno()
    take_over(config.state_dir)
    arguments = [str(config.state_dir), str(ADDONS), people.database.urls.app_url, str(fd)]
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", CHILD, *arguments], pass_fds=[fd], cwd=installation_root(),
        env=process_environment(), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/login", headers={"Host": "localhost"})
        answer = connection.getresponse()
        assert answer.status == 200
        assert b"csrf_token" in answer.read()
        connection.close()
        child.send_signal(signal.SIGTERM)
        _out, log = child.communicate(timeout=30)
    finally:
        child.kill()
        listening.close()
    assert child.returncode == 0, log
    assert '"path": "/login"' in log
    assert "Traceback" not in log


def test_in_safe_mode_only_the_kernel_is_composed(people: People, config: Config) -> None:
    safe = Config(config.state_dir, config.addons_path, safe_mode=True)
    try:
        assert Deployment(safe, people.database.urls).compose_installed().addons == ("base",)
        assert Deployment(config, people.database.urls).compose_installed().addons == ("base", "toy_desk")
    finally:
        compose(people.composed.loaded)
