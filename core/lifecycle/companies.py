"""Opening a company, and the kernel's own work inside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.i18n import LazyString
from core.lifecycle.activation import enable_all
from core.orm.compose import composition
from core.orm.env import Env
from core.orm.system_env import system_env


def open_company(env: Env, **values: Any) -> int:
    """A new company where all installed addons are on, with their first data; gives its id."""
    company: Any = env.create("base.company", **values)
    enable_all(env, company.id)
    return int(company.id)


@contextmanager
def within_company(env: Env, company_id: int, reason: LazyString | str) -> Iterator[Env]:
    """The kernel's Env of another company, in the same transaction; for setting companies up."""
    with system_env(env, company_id, frozenset(composition().addons), reason) as inside:
        yield inside
