"""Another process of the deployment: serves pages of its generation until it is told to follow, as a web process does.

It is started with what it serves as JSON in the first line of its standard input; each further line is a wish, and is
answered with a line.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import text

from core.config import installation_root
from core.lifecycle.database import Database
from core.lifecycle.generation import current_generation
from core.lifecycle.leaving import PRESENCE
from core.testing.compiled import compiled, compiled_once
from core.testing.database import APP_ROLE, ScratchDatabase
from tests.core.lifecycle.lattice_deck import Deck, Generation


class Neighbour:
    """The process as seen from the test."""

    def __init__(self, deck: Deck, database: ScratchDatabase) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=installation_root(),
        )  # fmt: skip
        urls = [database.name, database.urls.owner_url, database.urls.app_url]
        known = {"folder": str(deck.folder), "names": deck.names, "templates": str(compiled())}
        self.ask({**known, "database": urls})

    def ask(self, wish: Any) -> Any:
        """Say something; wait for the answer."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("> "):
                return json.loads(line[2:])
        raise RuntimeError("the other process has ended")

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


class Serving:
    """The process from inside: its generation is told by the name of a connection of the owner's."""

    def __init__(self, given: Any) -> None:
        name, owner_url, app_url = given["database"]
        self.deck = Deck(Path(given["folder"]), tuple(given["names"]))
        self.database = ScratchDatabase(name, Database(owner_url, app_url, APP_ROLE, own_role=True))
        self.folder = Path(tempfile.mkdtemp())
        self.presence = self.database.owner.connect()
        self.follow()

    def follow(self) -> int:
        """Take up the composition that the database asks for."""
        found = current_generation(self.presence)
        assert found is not None
        self.served = Generation(self.deck, self.database, self.folder)
        named = text("select set_config('application_name', :name, false)")
        self.presence.execute(named, {"name": f"{PRESENCE}{found.number}"})
        self.presence.commit()
        return found.number


def main() -> None:
    """Answer until nobody asks."""
    given = json.loads(sys.stdin.readline())
    with compiled_once(Path(given["templates"])):
        serving = Serving(given)
        print("> true", flush=True)
        for line in sys.stdin:
            wish = json.loads(line)
            answer = serving.follow() if wish == "follow" else serving.served.wrong(wish)
            print(f"> {json.dumps(answer)}", flush=True)
        serving.database.close()


if __name__ == "__main__":
    main()
