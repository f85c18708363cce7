"""A parent process over the children of `serving_child.py`; tells its port and how it ended."""

import json
import logging
import sys
from pathlib import Path

from core.config import load_config
from core.server.errors import ServerError
from core.server.generations import Limits
from core.server.parent import Parent

CHILD = str(Path(__file__).with_name("serving_child.py"))
order = json.loads(sys.argv[1])
limits = Limits(**order.pop("limits", {}))
config = load_config(order)
logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
parent = Parent(
    config,
    lambda fd, generation: [sys.executable, CHILD, str(fd), str(config.web_threads), str(generation or 0)],
    announce=lambda port: print(port, flush=True),
    limits=limits,
)
try:
    sys.exit(parent.run())
except ServerError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
