"""Whatever happens to stock in whatever order: balances are what a storekeeper with paper and pencil would have.

The oracle knows nothing of the application. It keeps its books in whole ten-thousandths, which are exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)  # fmt: skip

from addons.crm_stock.models import Level, Movement, StockIn, StockOut, Warehouse
from addons.crm_stock.services.differences import differences
from addons.crm_stock.services.past import stock_at
from addons.crm_stock.services.reserving import Claim, kept_for, release, reserve
from addons.crm_stock.tests.conftest import goods, paper
from core.api import Env, UserError, attempt
from core.testing.world import World, use_env

PLACES = [(product, warehouse) for product in range(3) for warehouse in range(2)]
SOURCES = list(range(4))
quantities = st.integers(1, 12)
costs = st.integers(0, 99_999)
places = st.sampled_from(PLACES)
lines = st.lists(st.tuples(st.integers(0, 2), quantities, costs), min_size=1, max_size=4)


@dataclass
class Shelf:
    """One product in one warehouse, by hand: pieces, their value in ten-thousandths, promises by source."""

    pieces: int = 0
    value: int = 0
    promised: dict[int, int] = field(default_factory=dict)

    @property
    def free(self) -> int:
        return self.pieces - sum(self.promised.values())

    def put(self, pieces: int, value: int) -> int:
        self.pieces, self.value = self.pieces + pieces, self.value + value
        return value

    def draw(self, pieces: int, worth: int | None = None) -> int:
        """Take pieces at the average, half a ten-thousandth upwards, or at what they once were worth."""
        if pieces == self.pieces:
            taken = self.value
        elif worth is None:
            taken = (2 * self.value * pieces + self.pieces) // (2 * self.pieces)
        else:
            taken = min(worth, self.value)
        self.pieces, self.value = self.pieces - pieces, self.value - taken
        return taken


@dataclass
class Paper:
    record: Any
    warehouse: int
    lines: list[tuple[int, int, int]]
    """Product, pieces and value of each line as it was posted."""
    is_back: bool = False


class Store(RuleBasedStateMachine):
    env: Env
    ins, outs = Bundle("ins"), Bundle("outs")

    @initialize()
    def open(self) -> None:
        env = self.env
        self.goods = [goods(env, f"P{number}") for number in range(3)]
        self.houses = [
            env.create(Warehouse, code=f"T{goods(env).id}", name=f"House {number}") for number in range(2)
        ]
        self.shelves = {place: Shelf() for place in PLACES}
        self.base = self.goods[0].id * 10

    def source(self, number: int) -> tuple[str, int]:
        return "test", self.base + number

    def tried(self, work: Any) -> bool:
        """Whether the application did it; when refused, everything has to be as before."""
        try:
            with attempt(self.env):
                work()
        except UserError:
            return False
        return True

    @rule(target=ins, warehouse=st.integers(0, 1), lines=lines)
    def bring(self, warehouse: int, lines: list[tuple[int, int, int]]) -> Paper:
        rows = [(self.goods[product], pieces, Decimal(cost).scaleb(-4)) for product, pieces, cost in lines]
        made = paper(self.env, StockIn, *rows, warehouse=self.houses[warehouse])
        assert self.tried(made.post)
        posted = [
            (product, pieces, self.shelves[product, warehouse].put(pieces, pieces * cost))
            for product, pieces, cost in lines
        ]
        return Paper(made, warehouse, posted)

    @rule(target=outs, warehouse=st.integers(0, 1), lines=lines)
    def take(self, warehouse: int, lines: list[tuple[int, int, int]]) -> Paper:
        made = paper(
            self.env, StockOut, *((self.goods[product], pieces) for product, pieces, _cost in lines),
            warehouse=self.houses[warehouse],
        )  # fmt: skip
        wanted = {product: sum(one[1] for one in lines if one[0] == product) for product, *_rest in lines}
        may = all(self.shelves[product, warehouse].free >= pieces for product, pieces in wanted.items())
        assert self.tried(made.post) == may
        posted = [
            (product, pieces, self.shelves[product, warehouse].draw(pieces)) for product, pieces, _cost in lines
        ] if may else []  # fmt: skip
        return Paper(made, warehouse, posted, is_back=not may)

    @rule(one=ins)
    def unbring(self, one: Paper) -> None:
        wanted = {
            product: sum(line[1] for line in one.lines if line[0] == product) for product, *_r in one.lines
        }
        may = not one.is_back and all(
            self.shelves[product, one.warehouse].free >= pieces for product, pieces in wanted.items()
        )
        assert self.tried(lambda: one.record.reverse(reason="x")) == may
        if may:
            one.is_back = True
            for product, pieces, value in one.lines:
                self.shelves[product, one.warehouse].draw(pieces, value)

    @rule(one=outs)
    def untake(self, one: Paper) -> None:
        assert self.tried(lambda: one.record.reverse(reason="x")) == (not one.is_back)
        if not one.is_back:
            one.is_back = True
            for product, pieces, value in one.lines:
                self.shelves[product, one.warehouse].put(pieces, value)

    @rule(claims=st.lists(st.tuples(places, quantities, st.sampled_from(SOURCES)), min_size=1, max_size=4),
          whole=st.booleans())  # fmt: skip
    def promise(self, claims: list[tuple[tuple[int, int], int, int]], whole: bool) -> None:
        left = {place: shelf.free for place, shelf in self.shelves.items()}
        given = []
        for place, pieces, _source in claims:
            given.append(min(pieces, max(0, left[place])))
            left[place] -= given[-1]
        wanted = [
            Claim(
                self.goods[place[0]].id, self.houses[place[1]].id, Decimal(pieces), self.source(source), "x"
            )
            for place, pieces, source in claims
        ]
        may = not whole or given == [pieces for _place, pieces, _source in claims]
        got: list[Decimal] = []
        assert self.tried(lambda: got.extend(reserve(self.env, wanted, whole=whole))) == may
        if may:
            assert got == given
            for (place, _pieces, source), pieces in zip(claims, given, strict=True):
                promised = self.shelves[place].promised
                promised[source] = promised.get(source, 0) + pieces

    @rule(source=st.sampled_from(SOURCES))
    def give_up(self, source: int) -> None:
        release(self.env, {self.source(source): None})
        for shelf in self.shelves.values():
            shelf.promised.pop(source, None)

    @rule(source=st.sampled_from(SOURCES), pieces=quantities, warehouse=st.integers(0, 1))
    def give_up_some(self, source: int, pieces: int, warehouse: int) -> None:
        before = sum(shelf.promised.get(source, 0) for shelf in self.shelves.values())
        release(
            self.env, {self.source(source): Decimal(pieces)}, first={self.source(source): self.houses[warehouse].id}
        )  # fmt: skip
        left = kept_for(self.env, [self.source(source)]).get(self.source(source), Decimal(0))
        assert left == max(0, before - pieces)
        self._look_up(source)

    def _look_up(self, source: int) -> None:
        """Which shelf gave up is the application's to choose; that the sum is right was just asked."""
        from addons.crm_stock.models import Reservation

        kept = self.env.search(Reservation, Reservation.source_id == self.source(source)[1], limit=100)
        for (product, warehouse), shelf in self.shelves.items():
            shelf.promised[source] = int(sum(
                one.quantity for one in kept
                if (one.product_id, one.warehouse_id) == (self.goods[product].id, self.houses[warehouse].id)
            ))  # fmt: skip

    @invariant()
    def books_agree(self) -> None:
        if not hasattr(self, "shelves"):
            return
        found = {
            (one.product_id, one.warehouse_id): one
            for one in self.env.search(Level, Level.product.in_([one.id for one in self.goods]), limit=50)
        }
        for (product, warehouse), shelf in self.shelves.items():
            level = found.get((self.goods[product].id, self.houses[warehouse].id))
            there = (0, 0, 0) if level is None else (level.on_hand, level.value.scaleb(4), level.reserved)
            assert there == (shelf.pieces, shelf.value, sum(shelf.promised.values()))
            assert 0 <= sum(shelf.promised.values()) <= shelf.pieces

    def teardown(self) -> None:
        """Balances are the sums of movements; the last balance of each level is what is there now."""
        env = self.env
        assert list(differences(env)) == []
        now = {one.id: (one.on_hand, one.value) for one in env.search(Level, limit=5000) if one.moved_at}
        assert {one.level: (one.on_hand, one.value) for one in stock_at(env, env.clock())} == now
        assert env.count(Movement, Movement.balance < 0).value == 0


def test_any_order_of_documents_and_promises(world: World) -> None:
    with world.system("North") as env, use_env(env):
        machine = type("Machine", (Store,), {"env": env})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=15, stateful_step_count=20, deadline=None, database=None, derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
