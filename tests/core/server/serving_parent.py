"""A parent process over the children of `serving_child.py`; tells its port and how it ended."""

import json
import logging
import os
import sys
from pathlib import Path

from core.config import load_config
from core.server.errors import ServerError
from core.server.generations import Limits
from core.server.parent import GENERATION_VARIABLE, Parent

CHILD = str(Path(__file__).with_name("serving_child.py"))
order = json.loads(sys.argv[1])
limits = Limits(**order.pop("limits", {}))
config = load_config(order)
logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
parent = Parent(
    config,
    lambda fd, generation: [sys.executable, CHILD, "web", str(generation), str(fd), str(config.web_threads)],
    lambda generation: [sys.executable, CHILD, "worker", str(generation)],
    lambda server: {
        "KEYUAN_TEST_OWNER_URL": server.owner_url if server else "",
        GENERATION_VARIABLE: os.environ.get("KEYUAN_TEST_GENERATION", "1"),
    },
    announce=lambda port: print(port, flush=True),
    limits=limits,
)
try:
    sys.exit(parent.run())
except ServerError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
