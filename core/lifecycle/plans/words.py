"""The sentences around a plan, for commands and pages alike: what an operation does, and what its groups are called."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from core.i18n import LazyString, _, _n, _p
from core.lifecycle.plans.life_plan import Kind, LineKind

PURPOSES: Final[dict[Kind, LazyString]] = {
    "install": _("Makes the addon's tables and ships its data. Companies then switch it on one by one."),
    "upgrade": _("Brings the installed addons up to the code on disk, data included. What companies changed stays."),
    "enable": _("The company works with the addon from its next click on. Other companies notice nothing."),
    "disable": _("The company works without the addon from its next click on. Its data stay, and come back with it."),
    "remove": _(
        "Takes the addon out of the whole deployment. Its data are set aside, and come back when it is restored."
    ),
    "restore": _("Puts a removed addon back with its data, in the companies that had it on."),
    "purge": _("Deletes the data of a removed addon for good. An archive is written first."),
    "empty": _("Puts the addon's records of one company into the bin."),
}  # fmt: skip

HEADINGS: Final[dict[LineKind, LazyString]] = {
    "dependant": _("Other addons"), "company": _("Companies"), "table": _("Tables"), "column": _("Columns and fields"),
    "constraint": _("Rules of the database"), "index": _("Indexes"), "migration": _("Migrations"),
    "record": _p("rows", "Records"), "reference": _("References from elsewhere"), "menu": _("Menus"),
    "page": _p("screens", "Pages"), "report": _("Reports"), "role": _("Roles"), "job": _("Jobs"),
    "host": _("Calls to the outside"), "file": _("Files"),
}  # fmt: skip
"""By group, in the order of a plan."""


def rows_in_words(number: int) -> LazyString:
    return _n("{n} row", "{n} rows", number, n=Decimal(number))
