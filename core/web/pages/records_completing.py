"""What a step finds missing on its record can be filled in in the step's dialog, by whoever may change the record.

The names travel in the hidden input `also`; the values are saved with the step, both or neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from core.errors import ValidationFailed
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.methods import Method
from core.views.resolve import form_for
from core.web.forms import Typed, typed_on
from core.web.request import Request

ALSO: Final = "also"


def asked_also(request: Request) -> list[str]:
    """The fields of the record that the dialog already asks for, beside the arguments."""
    return [name for name in str(request.params.get(ALSO, "")).split(",") if name]


def refused_fields(
    env: Env, info: ModelInfo, method: Method[..., Any], refusal: ValidationFailed, record: Any
) -> list[str]:
    """The fields that a refusal names and that the dialog of the step can ask for."""
    return [one.source.name for one in completing(env, info, method, refusal.problems, record)]


def completing(
    env: Env, info: ModelInfo, method: Method[..., Any], names: Iterable[str], record: Any
) -> list[Typed]:
    """Those of the fields that this caller may fill in in the record's form, and that are no arguments of the step."""
    wanted = set(names) - {argument.name for argument in method.arguments}
    if not wanted or not env.policy.allowed(info, "update"):
        return []
    shown = typed_on(env, record, form_for(env, info.key).editable)
    return [one for one in shown if one.source.name in wanted and one.source.kind != "file"]
