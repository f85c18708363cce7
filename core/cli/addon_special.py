"""What is more than one operation: trying an upgrade on a copy of the database, and reading an archive back."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from core.cli.addon_plans import ground_of
from core.cli.deployment import CompanyRow, Deployment
from core.errors import UserError
from core.i18n import _
from core.lifecycle.archive_format import verified
from core.lifecycle.archive_reading import read_archive
from core.lifecycle.dry_run import DryRun, dry_run
from core.lifecycle.life_plan import Words, words_as_json
from core.modules.manifest import KERNEL

One = Callable[[Deployment, argparse.Namespace, str, CompanyRow | None], int]
"""Shows the plan of one operation, asks and does it."""
FILES = "files"


def try_upgrade(deployment: Deployment, arguments: argparse.Namespace) -> int:
    """`keyuan addon upgrade --dry-run`: the upgrade happens to a copy, which is dropped; 1 where it would fail."""
    ground = ground_of(deployment, "upgrade", KERNEL)
    tried = dry_run(
        deployment.owner,
        deployment.database.app_role,
        ground.composition,
        programs=deployment.config.postgres_bin,
    )
    if arguments.json:
        print(json.dumps(_told(tried), ensure_ascii=False))
    else:
        for line in _lines(tried):
            print(line)
    return 0 if tried.succeeded else 1


def _told(tried: DryRun) -> dict[str, object]:
    operations: Sequence[Words] = [one.words for one in tried.report.operations] if tried.report else []
    return {
        "kind": "upgrade", "dry_run": True, "copying": tried.copying, "upgrading": tried.upgrading,
        "done": [words_as_json(words) for words in operations], "migrations": list(tried.migrations),
        "rows": {table: list(counts) for table, counts in tried.rows.items()}, "error": tried.error,
    }  # fmt: skip


def _lines(tried: DryRun) -> list[str]:
    lines = [f"Copied {tried.total:,} rows in {tried.copying:.1f} seconds."]
    lines += [f"  migration {one}" for one in tried.migrations]
    lines += [f"  {one.words}" for one in tried.report.operations] if tried.report else []
    lines += [f"  {table}: {before:,} rows, then {after:,}" for table, (before, after) in tried.rows.items()]
    end = "It would fail, with nothing changed" if tried.error else "It would succeed"
    return [
        *lines,
        f"{end}; the copy took {tried.upgrading:.1f} seconds.",
        *([tried.error] if tried.error else []),
    ]


def from_archive(deployment: Deployment, arguments: argparse.Namespace, one: One) -> int:
    """`keyuan addon restore --from ARCHIVE`: install the addon where it is not, then read its rows back. The archive is
    looked at first, so that nothing is installed for one that cannot be read.
    """
    path = Path(arguments.archive).resolve()
    if not path.is_file():
        raise UserError(_("There is no archive {path}.", path=str(path)))
    manifest = verified(path)
    if arguments.names not in (None, [], manifest.addon, [manifest.addon]):
        raise UserError(_("The archive {path} is one of {addon}.", path=str(path), addon=manifest.addon))
    if manifest.addon not in deployment.installed():
        installing = argparse.Namespace(**{**vars(arguments), "kind": "install"})
        if code := one(deployment, installing, manifest.addon, None):
            return code
    ground = ground_of(deployment, "upgrade", manifest.addon)
    read = read_archive(
        deployment.owner, ground.composition, deployment.database.app_role, path, arguments.by,
        files=deployment.config.state_dir / FILES,
    )  # fmt: skip
    if arguments.json:
        done = [words_as_json(words) for words in read.words]
        print(
            json.dumps(
                {"kind": "restore", "addon": read.addon, "rows": read.rows, "done": done}, ensure_ascii=False
            )
        )
    else:
        for words in read.words:
            print(f"  {words}")
    return 0
