"""`keyuan addon picture NAME`: the tables of an addon's version, for later migrations; no database is needed."""

from __future__ import annotations

import argparse

from core.config import load_config
from core.lifecycle.picturing import write_picture
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.compose import compose


def write_pictures(arguments: argparse.Namespace) -> int:
    """Say which files were written. An addon that cannot be loaded is an error."""
    loaded = load(order(discover(load_config()), arguments.names))
    chosen = [addon for addon in loaded if addon.name in arguments.names]
    for addon in chosen:
        if addon.error is not None:
            raise addon.error
    composition = compose(loaded)
    for addon in chosen:
        print(write_picture(composition, addon.name, addon.folder))
    return 0
