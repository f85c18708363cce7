"""The form: one record, to read and to edit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from core.i18n import LazyString, _
from core.views.hint import HintFunction
from core.views.layout import Block, Leaf
from core.views.strips import Strip
from core.views.view import M, View


class FormView(View[M]):
    """How one record is shown and edited.

    `layout` stands from top to bottom; `hints` are asked before saving. An extension gives `changes` and
    further `hints`. With `further` the fields that addons have added and no change has placed stand at the end, under
    that heading: for forms of the kernel, which addons cannot name.
    """

    kind = "form"
    label: ClassVar[LazyString] = _("Form")
    icon = "forms"
    layout: ClassVar[Sequence[Block | Leaf | Strip]] = ()
    hints: ClassVar[Sequence[HintFunction]] = ()
    further: ClassVar[LazyString | None] = None
