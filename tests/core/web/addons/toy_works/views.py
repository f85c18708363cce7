"""The screens of works."""

from collections.abc import Mapping
from typing import Any

from core.api import (
    BoardView,
    Env,
    FormView,
    Hint,
    ListView,
    Where,
    _,
    button,
    group,
    header,
    month,
    note,
    notebook,
    page,
    preset,
    related,
    statusbar,
)  # fmt: skip
from toy_works.models import Part, Work


def mine(env: Env) -> Where:
    return Work.owner == env.user_id


def urgent(env: Env) -> Where:
    return Work.urgent.is_(True)


class WorkList(ListView[Work]):
    columns = [
        Work.code,
        Work.title,
        Work.state,
        Work.size,
        Work.trade,
        Work.phase,
        Work.price,
        Work.due,
        Work.owner,
        Work.vault,
    ]
    presets = [preset("mine", _("My works"), mine), preset("urgent", _("Urgent ones"), urgent, count=True)]
    filters = [Work.state, Work.trade, Work.phase, Work.price, Work.due, Work.title, Work.urgent]
    groups = [Work.state, Work.phase, Work.trade, month(Work.due)]
    totals = [Work.price]
    actions = [Work.start, Work.mark_urgent, Work.hand_over, Work.copy_it]
    limit = 20


def same_title(env: Env, values: Mapping[str, Any]) -> list[Hint]:
    """A work of this title is there already."""
    title = values.get("title")
    known = env.search(Work, Work.title == title, limit=3) if title else []
    return [
        Hint(_("“{title}” exists already.", title=one.title), f"/r/toy_works.work/{one.id}")
        for one in known
        if one.id != values.get("id")
    ]


class WorkForm(FormView[Work]):
    layout = [
        header(button(Work.start), button(Work.shut), statusbar(Work.state)),
        group(
            None, Work.title, Work.code, Work.phone, Work.mail, Work.site, Work.pieces, Work.weight, Work.price,
            Work.urgent, Work.due, Work.begun, Work.size, Work.trade, Work.phase, Work.owner, Work.vault, Work.inner,
            Work.fixed, note(_("Numbers are drawn on saving.")),
        ),
        notebook(
            page(_("More"), Work.motto, Work.labels, Work.pin, Work.notes),
            page(_("Parts"), related(Work.parts, columns=[Part.name, Part.cost])),
        ),
        related(Work.activities),
    ]  # fmt: skip
    hints = [same_title]


class WorkBoard(BoardView[Work]):
    column = Work.phase
    card = [Work.title, Work.price, Work.due]
    move = Work.move
    total = Work.price
    limit = 3


class StateBoard(BoardView[Work]):
    name = "states"
    label = _("States")
    column = Work.state
    card = [Work.title]


class SizeBoard(BoardView[Work]):
    name = "sizes"
    label = _("Sizes")
    column = Work.size
    card = [Work.title]
