"""Hand-overs: the plan, the report."""

from core.api import (
    Env,
    FormView,
    ListView,
    Where,
    _,
    button,
    group,
    header,
    note,
    preset,
    related,
    statusbar,
)  # fmt: skip
from core.base.models import HandOver, HandOverLine


def open_ones(env: Env) -> Where:
    """Hand-overs that are not carried out yet."""
    return HandOver.state.in_(("prepared", "running"))


class HandOverList(ListView[HandOver]):
    columns = [HandOver.code, HandOver.giver, HandOver.successor, HandOver.reason, HandOver.state, HandOver.moved,
               HandOver.moved_at]  # fmt: skip
    order = "-id"
    presets = [preset("open", _("To be done"), open_ones), preset("all", _("All hand-overs"), default=True)]
    filters = [HandOver.giver, HandOver.successor, HandOver.state, HandOver.reason, HandOver.moved_at]
    groups = [HandOver.state, HandOver.reason]
    actions = [HandOver.count_again]


class HandOverForm(FormView[HandOver]):
    layout = [
        header(
            button(HandOver.carry_out, style="primary"), button(HandOver.count_again, style="secondary"),
            button(HandOver.print_list, style="secondary"), button(HandOver.stop), button(HandOver.take_back),
            button(HandOver.stop_back), statusbar(HandOver.state),
        ),
        group(_("Hand-over"), HandOver.giver, HandOver.successor, HandOver.reason, HandOver.moved, HandOver.moved_at),
        related(HandOver.lines, columns=[HandOverLine.kind, HandOverLine.open, HandOverLine.closed,
            HandOverLine.successor, HandOverLine.stays, HandOverLine.moved], add=False),
        note(_(
            "Open a line to choose another successor for it, or to let it stay. "
            "Closed records, activities that took place and records in the bin keep their owner."
        )),
        group(_("Remarks"), HandOver.remarks, columns=1),
    ]  # fmt: skip


class HandOverLineForm(FormView[HandOverLine]):
    layout = [
        group(_("What is handed over"), HandOverLine.hand_over, HandOverLine.kind, HandOverLine.open,
            HandOverLine.closed),
        group(_("To whom"), HandOverLine.successor, HandOverLine.stays, HandOverLine.moved),
    ]  # fmt: skip
