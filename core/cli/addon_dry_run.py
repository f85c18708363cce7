"""`keyuan addon upgrade --dry-run`: what an upgrade does to a copy of the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from core.cli.addon_plans import Ground
from core.i18n import LazyString, _
from core.lifecycle.dry_run import DryRun, dry_run


def try_out(ground: Ground, *, as_json: bool) -> int:
    """Tell what happened to the copy; 1 where an error would stop the upgrade."""
    deployment = ground.deployment
    done = dry_run(
        deployment.owner, deployment.database.app_role, ground.composition,
        programs=deployment.config.postgres_bin,
    )  # fmt: skip
    if as_json:
        print(json.dumps(_as_json(done), ensure_ascii=False))
    else:
        for line in _lines(done):
            print(line)
    return 0 if done.succeeded else 1


def _as_json(done: DryRun) -> dict[str, Any]:
    operations = [str(one.words) for one in done.report.operations] if done.report is not None else []
    return {
        "kind": "dry-run", "succeeded": done.succeeded, "error": done.error, "copying": done.copying,
        "upgrading": done.upgrading, "migrations": list(done.migrations), "operations": operations,
        "rows": {name: list(numbers) for name, numbers in done.rows.items()}, "total": done.total,
    }  # fmt: skip


def _lines(done: DryRun) -> Iterator[LazyString | str]:
    yield _(
        "The copy with {total} rows took {copying} seconds, the upgrade of it {upgrading} seconds. It is gone again.",
        total=done.total, copying=f"{done.copying:.1f}", upgrading=f"{done.upgrading:.1f}",
    )  # fmt: skip
    for migration in done.migrations:
        words = _("Migration {name}", name=migration)
        yield f"  {words}"
    for operation in done.report.operations if done.report is not None else ():
        yield f"  {operation.words}"
    for table, (before, after) in done.rows.items():
        yield f"  {table}: {before if before >= 0 else '-'} → {after if after >= 0 else '-'}"
    if done.error is None:
        yield _("The upgrade would succeed.")
    else:
        yield _("The upgrade would fail: {error}", error=done.error)
