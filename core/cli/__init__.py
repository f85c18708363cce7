"""The command `keyuan`: one file per command, nothing but arguments and calls into the rooms below.

A command's module has `configure(parser)` and `run(arguments) -> exit code`, and is imported only when it is called.
Errors that are meant for the administrator come as one line on the error output: exit code 1 for a refusal, 2 for a
mistake in the call.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
from collections.abc import Sequence
from typing import Final

import core

COMMANDS: Final = {
    "serve": "serve the product: web and worker processes, and the embedded database where no URL is given",
    "worker": "run jobs of the queue in a process of its own",
    "init": "make an empty deployment: tables, first company, first administrator (by a one-time link)",
    "demo": "make a deployment with demonstration companies, people and records; print its accounts",
    "addon": "list, check, install, upgrade, enable, disable, remove, restore, empty and purge addons",
    "import": "bring in records from CSV or Excel files by a mapping file",
    "doctor": "check configuration, database, walls between companies, addons and their views",
    "audit": "seal the audit; verify that nobody has changed it since",
    "scaffold": "make a new addon in a folder of its own, with a test that passes",
}
HIDDEN: Final = ("nursery", "wishes")
"""Started by `serve` and by workers, not typed by people."""
_MODULES: Final = {"import": "importing"}


def main(argv: Sequence[str] | None = None) -> int:
    """The console script's entry. Texts are English: output of commands is read by administrators and scripts.

    The rest of Keyuan is imported inside, so that Ctrl-C is answered quietly while it is being loaded, too.
    """
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0


def _run(given: list[str]) -> int:
    from core.errors import KeyuanError
    from core.i18n import use_language

    parser = _parser(next((word for word in given if not word.startswith("-")), None))
    arguments = parser.parse_args(given)
    if arguments.command is None:
        parser.print_help()
        return 2
    with use_language("en"):
        try:
            return int(arguments.run(arguments))
        except KeyuanError as error:
            print(f"keyuan: {error}", file=sys.stderr)
            return int(getattr(error, "exit_code", 1))


def _parser(wanted: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="keyuan", description="Keyuan, a modular CRM platform.")
    parser.add_argument("--version", action="version", version=f"keyuan {core.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        if name == wanted:
            _configure(command, name)
    if wanted in HIDDEN:
        _configure(commands.add_parser(wanted), wanted)
    return parser


def _configure(command: argparse.ArgumentParser, name: str) -> None:
    module = importlib.import_module(f"core.cli.{_MODULES.get(name, name.replace('-', '_'))}")
    module.configure(command)
    command.set_defaults(run=module.run)
