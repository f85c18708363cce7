"""Statements of the kernel, kept for the next requests of the same caller.

To build a statement and to find it among the compiled ones costs more than to run it. What differs from request to
request are values in conditions; so a statement is kept for each *shape* of its conditions, and gets their values as
parameters `w0`, `w1`, …. Conditions with subqueries of their own are not kept: they are bound anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any, Final
from weakref import ref

from sqlalchemy import BigInteger, BindParameter, bindparam
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import SelectBase

from core.orm.binding import check_condition, read
from core.orm.methods import Where
from core.orm.prepared import WHOLE, Options

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

_ANEW: Final = object()
_NOTE: Final = "_keyuan_shape"
Build = Callable[[Sequence[Where]], Any]


def read_kept(
    env: Env, info: ModelInfo, key: Hashable, where: Sequence[Where], build: Build, options: Options = WHOLE
) -> Any:
    """Run the statement that `build` makes of the conditions, as `read` does; `key` says what else it is made of, and
    `options` how it is prepared.
    """
    shapes = [_shape(one) for one in where]
    if any(shape is None for shape in shapes):
        return read(env, info, build(where), where, options)
    kept = env.policy.remembered(
        ("statement", info.key, key, *(shape.key for shape in shapes)), lambda: _made(env, info, where, build)
    )
    if kept is _ANEW:
        return read(env, info, build(where), where, options)
    parameters = (parameter for shape in shapes for parameter in shape.bindparams)
    values = {f"w{n}": parameter.effective_value for n, parameter in enumerate(parameters)}
    return env.session.execute(kept, values, execution_options=options)


def is_by_id(info: ModelInfo, condition: Any) -> bool:
    """Whether a condition names records, of which one may have very many rows and another few; the parts of one whole
    are few.
    """
    shape = _shape(condition)
    if shape is None or not any(isinstance(one.type, BigInteger) for one in shape.bindparams):
        return False
    column = getattr(condition, "left", None)
    is_of_whole = info.part_of is not None and getattr(column, "key", None) == info.part_of.column_name
    return not is_of_whole


def _shape(condition: Any) -> Any:
    """What of a condition is the same for other values, with its parameters in their order; None for what has none.

    It is noted at the condition, since those of presets and rules are the same objects in each request. A copy that
    somebody makes of a condition and changes has the note too, but is another object than the one that was noted.
    """
    noted = condition.__dict__.get(_NOTE)
    if noted is not None and noted[0]() is condition:
        return noted[1]
    found = condition._generate_cache_key()
    condition.__dict__[_NOTE] = (ref(condition), found)
    return found


def _made(env: Env, info: ModelInfo, where: Sequence[Where], build: Build) -> Any:
    if any(isinstance(part, SelectBase) for one in where for part in visitors.iterate(one)):
        return _ANEW
    named, number = [], 0
    for condition in where:
        check_condition(info, condition)
        parameters = _shape(condition).bindparams
        named.append(_named(condition, parameters, number))
        number += len(parameters)
    return build(named)


def _named(condition: Any, parameters: Sequence[BindParameter[Any]], first: int) -> Any:
    """The condition with its parameters named by their place."""
    names = {id(parameter): f"w{first + n}" for n, parameter in enumerate(parameters)}

    def replace(element: Any, **_options: Any) -> Any:
        if id(element) not in names:
            return None
        return bindparam(names[id(element)], type_=element.type, expanding=element.expanding)

    return visitors.replacement_traverse(condition, {}, replace)
