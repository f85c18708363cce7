"""The statements of one page with the milliseconds of each, for whoever wants to know where a page's time goes."""

from __future__ import annotations

import time
from typing import Any, Final

from sqlalchemy import event

from benchmarks.browser import Browser
from benchmarks.data import Bench
from benchmarks.inside import log_into_file
from benchmarks.pages import cases
from benchmarks.subjects import Subjects
from core.web.app import make_app

_WARM_UP: Final = 3
_LENGTH: Final = 600


def print_statements(bench: Bench, subjects: Subjects, key: str) -> None:
    """Ask for the page until everything is warm, then once more and show what it asks the database."""
    engine = bench.database.app_engine()
    log_into_file(bench)
    application = make_app(bench.config, bench.composed, engine=engine, reload=False)
    case = next((one for one in cases(subjects) if one.key == key), None)
    if case is None:
        raise SystemExit(f"no page {key}; there are {', '.join(one.key for one in cases(subjects))}")
    person = subjects.salesperson if case.by_salesperson else subjects.chief
    browser = Browser(application, bench.config.base_url.partition("://")[2], person.token)
    for _n in range(_WARM_UP):
        browser.get(case.path)
    began = [0.0]

    def before(*_arguments: Any) -> None:
        began[0] = time.perf_counter()

    def after(_connection: Any, _cursor: Any, statement: str, *_arguments: Any) -> None:
        took = (time.perf_counter() - began[0]) * 1000
        print(f"{took:8.2f} ms  {' '.join(statement.split())[:_LENGTH]}", flush=True)

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    browser.get(case.path)
    engine.dispose()
