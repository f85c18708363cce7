"""Orders and stock among a million lines and two million movements: steps of the product, and its pages without sockets."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Engine

from benchmarks.browser import Browser, counting
from benchmarks.data import Bench
from benchmarks.inside import counted_page, log_into_file
from benchmarks.measure import OURS, Line, Side, side_by_side
from benchmarks.subjects import Person, Subjects, env_of
from benchmarks.trade import LEVEL, MOVEMENT, ORDER, a_product, has, order_of
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.env import Env
from core.orm.system_env import system_env
from core.views.registry import registry_of
from core.web.app import make_app

SECONDS = 20.0


def sales_lines(bench: Bench, subjects: Subjects, wanted: Callable[[str], bool]) -> list[Line]:
    """Confirming orders of two sizes, and the list of orders."""
    if not has("crm_sales"):
        return []
    app = bench.database.app_engine()
    found = [_confirm(app, subjects, size) for size in (20, 500) if wanted(f"confirm {size}")]
    pages = [("list orders", "list of orders", f"/r/{ORDER}?preset="),
             ("list orders by -total", "list of orders by amount", f"/r/{ORDER}?preset=&order=-total"),
             ("list lines", "list of order lines", "/r/crm_sales.order_line?preset=")]  # fmt: skip
    found += measured_pages(bench, subjects, [one for one in pages if wanted(one[0])])
    own = [("list own lines", "order lines of a salesperson", "/r/crm_sales.order_line?preset="),
           ("list own open lines", "open order lines of a salesperson, who has none", "/r/crm_sales.order_line")]  # fmt: skip
    found += measured_pages(bench, subjects, [one for one in own if wanted(one[0])], subjects.salesperson)
    app.dispose()
    return found


def stock_lines(bench: Bench, subjects: Subjects, wanted: Callable[[str], bool]) -> list[Line]:
    """What lies where, now and on a day of the past."""
    if not has("crm_stock"):
        return []
    day = (datetime.now(UTC) - timedelta(days=180)).date().isoformat()
    app = bench.database.app_engine()
    with env_of(app, subjects.chief) as env:
        level: Any = env.first(LEVEL, order="-id")
        product = level.product_id
    app.dispose()
    report = _report_of_stock()
    pages = [
        ("list levels", "stock query: list of levels", f"/r/{LEVEL}?preset="),
        ("list movements", "list of movements", f"/r/{MOVEMENT}?preset="),
        ("past one", "stock of one product on a past day", f"{report}?{urlencode({'day': day, 'product': product})}"),
        ("past all", "stock of all products on a past day, with sums", f"{report}?{urlencode({'day': day})}"),
    ]  # fmt: skip
    return list(measured_pages(bench, subjects, [one for one in pages if wanted(one[0])]))


def _report_of_stock() -> str:
    """The address of the report that asks for a day."""
    found = registry_of().reports.values()
    return next(
        one.url
        for addon, one in found
        if addon == "crm_stock" and any(a.key == "day" for a in one.parameters)
    )


def _confirm(app: Engine, subjects: Subjects, size: int) -> Line:
    """A draft is confirmed by the chief, in a transaction of its own that is taken back."""
    with (
        session_factory(app).begin() as session,
        system_env(session, subjects.company, subjects.chief.identity.addons, "benchmark") as env,
        use_env(env),
    ):
        order = order_of(env, a_product(env, f"Goods of {size}"), size)

    def confirm(env: Env) -> None:
        env.get(ORDER, order).confirm()

    def run() -> None:
        with env_of(app, subjects.chief) as env:
            confirm(env)

    with env_of(app, subjects.chief) as env, counting(app) as counted:
        confirm(env)
    line = side_by_side(
        f"confirm {size}", f"confirm an order of {size} lines", {OURS: Side(run)}, runs=15, seconds=SECONDS
    )
    line.facts |= {"statements": counted.statements, "database": counted.milliseconds}
    return line


def measured_pages(
    bench: Bench, subjects: Subjects, pages: list[tuple[str, str, str]], person: Person | None = None
) -> Iterator[Line]:
    """Pages of a person, usually the chief: key, name, address."""
    engine = bench.database.app_engine()
    log_into_file(bench)
    application = make_app(bench.config, bench.composed, engine=engine, reload=False)
    browser = Browser(
        application, bench.config.base_url.partition("://")[2], (person or subjects.chief).token
    )
    gc.freeze()
    for key, name, path in pages:
        line = side_by_side(key, name, {OURS: Side(lambda path=path: browser.get(path))}, seconds=SECONDS)  # type: ignore[misc]
        line.facts |= counted_page(engine, browser, path)
        yield line
    engine.dispose()
