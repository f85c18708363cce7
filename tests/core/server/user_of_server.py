"""Start the embedded server, tell where it is, and use it until standard input ends."""

import json
import sys
from pathlib import Path

from core.server.embedded import EmbeddedServer

with EmbeddedServer(Path(sys.argv[1]), settings=json.loads(sys.argv[2])).start() as running:
    print(json.dumps({"owner_url": running.owner_url, "socket": str(running.socket_folder)}), flush=True)
    sys.stdin.read()
