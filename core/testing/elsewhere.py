"""Relations of a record that lead to somebody else's records: who sees the one need not see the other."""

from __future__ import annotations

from contextlib import suppress

from core.errors import UserError
from core.orm.attempts import attempt
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE
from core.testing.factories import Factory

_OF_ALL = ("base.user", "base.company")


def point_elsewhere(env: Env, factory: Factory, info: ModelInfo, key: int, owner: int | None) -> None:
    """Relations that may be empty lead to new records of `owner`, as far as the rules of the models let them."""
    (record,) = env.load(info, [key])
    for name, field in info.fields_for(env.addons).items():
        is_free = field.kind in TO_ONE and not (field.required or field.system or field.is_computed)
        if is_free and field.option_list is None and field.target_key not in _OF_ALL:
            with suppress(UserError, LookupError), attempt(env):
                env.write(record, **{name: factory.make(field.target_key, owner=owner)})
