"""Many companies with different sets of addons in one process: memory, latency, and what the company switch costs.

Everything that is worked out for a set of addons (screens, menus, forms) is kept for the set, not for the company, so
the fiftieth company of ten sets costs what the tenth did.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Engine, select
from webtest import TestApp

from benchmarks.measure import OURS, Figure, Line
from benchmarks.processes import memory
from core.auth.sessions import start_session
from core.config import Config
from core.lifecycle.activation import enable
from core.lifecycle.errors import DependenciesNeeded
from core.modules.manifest import KERNEL
from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED
from core.web.app import make_app

COMPANIES: Final = 50
SETS: Final = 10
PAGES: Final = ("/", "/r/crm_base.customer", "/r/crm_base.customer/new")
ROUNDS: Final = 10
CALLS: Final = 200_000
_BASE: Final = frozenset({KERNEL})


def company_lines(config: Config, composed: Composition, app: Engine) -> list[Line]:
    """One company alone, then fifty in turns, in one process."""
    companies = [_company(composed, app, number) for number in range(COMPANIES)]
    wsgi = make_app(config, composed, engine=app, reload=False)
    browsers = [_browser(wsgi, app, user, company) for company, user in companies]
    lines = [
        _visits("one company", browsers[:1], ROUNDS * SETS), _visits(f"{SETS} companies of {SETS} sets", browsers[:SETS], ROUNDS),
        _visits(f"{COMPANIES} companies of {SETS} sets", browsers, ROUNDS),
    ]  # fmt: skip
    return [*lines, _requests_by_set(browsers), *_calls(composed, app, companies)]


def sets_of(composed: Composition) -> list[tuple[str, ...]]:
    """Ten sets of addons, the least first: each adds one addon to the one before, together with what that needs."""
    names = [name for name in composed.addons if name not in _BASE]
    return [tuple(names[: 1 + number * (len(names) - 1) // (SETS - 1)]) for number in range(SETS)]


def _company(composed: Composition, app: Engine, number: int) -> tuple[int, int]:
    addons = sets_of(composed)[number % SETS]
    with app.begin() as connection:
        with system_env(connection, 0, _BASE, "benchmark") as env:
            (company,) = env.create_many("base.company", [{"name": f"Bench {number}", "code": f"B{number}"}])
            (user,) = env.create_many(
                "base.user", [{"name": f"User {number}", "login": f"bench-{number}", "language": "en"}]
            )
        for addon in addons:
            _enable(connection, company, addon)
        role = composed.info("base.role").table
        with system_env(connection, company, _BASE, "benchmark") as env:
            held = select(role.c.id).where(
                role.c.code.in_(["base.user", "base.admin", "crm_base.general_manager"])
            )
            found = env.session.scalars(held, execution_options=TRUSTED).all()
            env.create_many(
                "base.user_role", [{"user": user, "company": company, "role": one} for one in found]
            )
    return company, user


def _enable(connection: Any, company: int, addon: str) -> None:
    try:
        enable(connection, company, addon)
    except DependenciesNeeded:
        enable(connection, company, addon, with_dependencies=True)


def _browser(wsgi: Any, app: Engine, user: int, company: int) -> TestApp:
    with session_factory(app).begin() as session:
        token = start_session(session, user, company_id=company)
    browser = TestApp(wsgi, extra_environ={"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost"})
    browser.set_cookie("keyuan", token)
    return browser


def _visits(name: str, browsers: Sequence[TestApp], rounds: int) -> Line:
    """Every page of every company in turns, after one round that is not counted."""
    import os

    for browser in browsers:
        for page in PAGES:
            browser.get(page, status=200)
    wall, cpu = [], []
    for _round in range(rounds):
        for browser in browsers:
            for page in PAGES:
                took, busy = _timed(lambda browser=browser, page=page: browser.get(page, status=200))  # type: ignore[misc]
                wall.append(took)
                cpu.append(busy)
    gc.collect()
    used = memory(os.getpid())
    facts = {"resident": used.resident, "private": used.private}
    return Line(name, name, {OURS: Figure.of(wall)}, {OURS: Figure.of(cpu)}, facts)


def _requests_by_set(browsers: Sequence[TestApp]) -> Line:
    """The same list in a company with the least and with the most addons: what the others cost that are off or on."""
    least: list[float] = []
    most: list[float] = []
    for _round in range(ROUNDS * SETS):
        for browser, found in ((browsers[0], least), (browsers[SETS - 1], most)):
            found.append(_timed(lambda browser=browser: browser.get(PAGES[1], status=200))[1])  # type: ignore[misc]
    facts = {"least": statistics.median(least), "most": statistics.median(most)}
    return Line("request", "the list of customers with one addon on, and with all of them, CPU",
                {OURS: Figure.of(most)}, {OURS: Figure.of(most)}, facts)  # fmt: skip


def _calls(composed: Composition, app: Engine, companies: Sequence[tuple[int, int]]) -> Iterator[Line]:
    """An overridden method where the addon is on, where it is off, and the method without any switch."""

    class Plain:
        def answer(self) -> int:
            return 1

    from core.orm import switch

    class Extended(Plain):
        pass

    Extended.answer = switch.stepping_aside(Extended, "answer", lambda self: 1, "crm_sales")  # type: ignore[method-assign]
    for name, addons, one in (
        ("no switch", _BASE, Plain()), ("switched on", _BASE | {"crm_sales"}, Extended()), ("switched off", _BASE, Extended()),
    ):  # fmt: skip
        with (
            session_factory(app)() as session,
            system_env(session, companies[0][0], addons, "benchmark") as env,
            use_env(env),
        ):
            nanoseconds = [_per_call(one.answer) for _n in range(5)]
        yield Line(
            f"call {name}", f"one call of a method, {name}, nanoseconds", {OURS: Figure.of(nanoseconds)}
        )


def _per_call(work: Callable[[], object]) -> float:
    began = time.process_time()
    for _n in range(CALLS):
        work()
    return (time.process_time() - began) / CALLS * 1e9


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    busy, began = time.process_time(), time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000, (time.process_time() - busy) * 1000
