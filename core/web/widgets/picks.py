"""What is put together by choosing, as one small panel in its cell: a select box for each thing to choose."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup
from wtforms.widgets import html_params

from core.i18n import LazyString, _
from core.views.picks import Pick, Picked


def pick_id(cell: str, key: int) -> str:
    """The id of the select box of a pick, to which problems lead."""
    return f"f-{cell}.{key}"


def panel(cell: str, picked: Picked | None, refused: Iterable[LazyString | str] = ()) -> Markup:
    """The panel of one cell; it stands open where something has to be looked at."""
    if picked is None or not picked.picks:
        return Markup("")
    is_open = bool([*refused, *(text for pick in picked.picks for text in pick.problems)])
    return Markup(
        '<details class="ky-picks"{}><summary>{}</summary>'
        '<div class="ky-picks-body">{}</div></details>'
    ).format(
        Markup(" open") if is_open else "", picked.words or _("Choose options"),
        Markup("").join(_pick(cell, one) for one in picked.picks),
    )  # fmt: skip


def _pick(cell: str, pick: Pick) -> Markup:
    attributes = {
        "id": pick_id(cell, pick.key), "name": f"{cell}.{pick.key}",
        "class": f"form-select{' is-invalid' if pick.problems else ''}",
        "aria-invalid": "true" if pick.problems else False, "aria-describedby": f"{pick_id(cell, pick.key)}-problem",
    }  # fmt: skip
    offered = [(None, "–"), *pick.choices]
    options = Markup("").join(
        Markup("<option {}>{}</option>").format(
            html_params(value="" if key is None else str(key), selected=key == pick.chosen), label
        )
        for key, label in offered
    )
    return Markup(
        '<div class="ky-one-pick"><label class="form-label{}" for="{}">{}</label><select {}>{}</select>'
        '<div class="invalid-feedback d-block" id="{}-problem">{}</div></div>'
    ).format(
        " required" if pick.required else "", attributes["id"], pick.label, html_params(**attributes), options,
        attributes["id"], " ".join(str(text) for text in pick.problems),
    )  # fmt: skip
