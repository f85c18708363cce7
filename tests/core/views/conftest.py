"""The toy addons composed, and a caller whose rights a test sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.orm import conditions
from core.orm.compose import Composition, compose, composition
from core.orm.policy import NO_LIMITS
from tests.core.views import toys

EVERYTHING = frozenset({"base", "sales", "audit", "loyalty"})
SHANGHAI = ZoneInfo("Asia/Shanghai")
PLAIN = frozenset({"base", "sales"})


@pytest.fixture(scope="module", autouse=True)
def composed() -> Iterator[Composition]:
    yield compose([toys.BASE, toys.SALES, toys.AUDIT, toys.LOYALTY, toys.LATE])


@dataclass
class Caller:
    """As much of an Env as screens ask for."""

    addons: frozenset[str] = EVERYTHING
    roles: frozenset[str] = frozenset()
    readable: frozenset[str] = frozenset({"sales.lead", "sales.customer"})
    language: str = "en"
    timezone: ZoneInfo = SHANGHAI
    user_id: int = 7
    asked: list[Any] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.clock().astimezone(self.timezone).date()

    @property
    def policy(self) -> Any:
        return SimpleNamespace(
            readable=lambda info: frozenset(info.fields_for(self.addons)),
            remembered=lambda _key, build: build(),
            masks=lambda info: {},
            limits=NO_LIMITS,
            shows=lambda _kind, _name: None,
        )

    def clock(self) -> datetime:
        return datetime(2026, 11, 21, 8, tzinfo=UTC)

    def can(self, action: str, model: Any) -> bool:
        return action == "read" and composition().info(model).key in self.readable

    def condition(self, model: Any, name: str, op: str, value: Any) -> Any:
        return conditions.condition(self, composition().info(model), name, op, value)  # type: ignore[arg-type]

    def labels(self, model: Any, ids: Any) -> dict[int, str]:
        self.asked.append((composition().info(model).key, list(ids)))
        return {number: f"No. {number}" for number in ids if number < 100}


@pytest.fixture
def caller() -> Caller:
    return Caller()
