"""`keyuan addon restore --from ARCHIVE`: an installation, and the rows of the archive."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from core.cli.addon_plans import ground_of
from core.cli.deployment import CompanyRow, Deployment
from core.errors import UserError
from core.i18n import _
from core.lifecycle.archives.format import Manifest, verified
from core.lifecycle.archives.reading import read_archive
from core.lifecycle.plans.life_plan import words_as_json

One = Callable[[Deployment, argparse.Namespace, str, CompanyRow | None], int]
"""Shows the plan of one operation, asks and does it."""
FILES = "files"


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
    if why_not := _unwilling(manifest, arguments):
        print(json.dumps({"error": why_not}) if arguments.json else f"keyuan: {why_not}", file=sys.stderr)
        return 1
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


def _unwilling(manifest: Manifest, arguments: argparse.Namespace) -> str:
    """Why nothing is read: what would come back is shown first, unless the call agrees to it."""
    if arguments.yes:
        return ""
    if arguments.json or not sys.stdin.isatty():
        return "The archive was not read. --yes agrees to reading it."
    print(f"{manifest.addon} {manifest.version}, written {manifest.made_at} by {manifest.by}:")
    for member in manifest.members:
        if member.table:
            print(f"  {member.schema}.{member.table} ({member.rows:,} rows)")
    answer = input("\nRead these rows back? [y/N] ").strip().lower()
    return "" if answer in ("y", "yes") else "The archive was not read."
