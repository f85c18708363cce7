"""`keyuan doctor --indexes`: missing and unused indexes, by gain, with the statements that mend it."""

from __future__ import annotations

from collections.abc import Iterator

from core.auth.rule_uses import rule_uses
from core.cli.deployment import Deployment
from core.i18n import LazyString, _
from core.modules.loader import LoadedAddon
from core.orm.compose import Composition
from core.orm.index_report import Finding, IndexReport, index_report
from core.orm.index_report_uses import Use, model_uses
from core.orm.kernel_tables import kernel_metadata
from core.orm.system_env import system_env
from core.views.list_uses import list_uses


def print_index_report(deployment: Deployment, composed: Composition, loaded: list[LoadedAddon]) -> int:
    """Exit code 1 when something declared is missing."""
    unread: list[LazyString] = []
    with deployment.owner.connect() as connection:
        uses = list(_uses(deployment, composed, unread))
        tables = [*kernel_metadata.sorted_tables, *composed.metadata.sorted_tables]
        complete = all(addon.error is None for addon in loaded)
        report = index_report(connection, tables, uses, complete=complete)
    _print_head(report)
    for finding in report.findings:
        _print_finding(finding)
    for sentence in unread:
        _line("unknown", sentence)
    _print_tail(report)
    return 1 if report.faulty else 0


def _uses(deployment: Deployment, composed: Composition, unread: list[LazyString]) -> Iterator[Use]:
    for info in composed.models.values():
        yield from model_uses(info)
    addons, reason = frozenset(composed.addons), _("a look at the indexes")
    with deployment.session() as session, system_env(session, 0, addons, reason) as env:
        yield from rule_uses(env, unread)
        yield from list_uses(env, unread)


def _print_head(report: IndexReport) -> None:
    _line("indexes", _("{count} declared", count=report.declared))
    since = _("uses are counted since {since}", since=report.since)
    _line("", since if report.since else _("all uses since the database was made are counted"))


def _print_finding(finding: Finding) -> None:
    _line(finding.kind, f"{finding.table}: {finding.words}")
    if finding.purposes:
        _line("", _("For: {purposes}", purposes=list(finding.purposes)))
    for statement in finding.statements:
        _line("", f"{statement};")


def _print_tail(report: IndexReport) -> None:
    if report.small_unused:
        _line("left out", _("{count} unused indexes below 1 MB", count=report.small_unused))
    if report.small_wanted:
        words = _("{count} questions without an index about tables below 10,000 rows")
        _line("left out", words.format(count=report.small_wanted))
    if report.faulty:
        print(_("{count} declared index(es) are not as they should be.", count=report.faulty))
    else:
        print(_("All declared indexes are there."))


def _line(word: str, sentence: LazyString | str) -> None:
    print(f"{word:<15}{sentence}")
