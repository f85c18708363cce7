"""Which report leaves the product, with which answers."""

from __future__ import annotations

from core.exchange.asked import Asked
from core.orm.policy import require
from core.views.report import Report
from core.views.report_address import ORDER, values_of
from core.views.report_scope import asked_of, columns_for, report_for
from core.web.request import Request


def asked_report(request: Request, right: str) -> Asked:
    """What the address or form asks for, of a report that the caller may take out."""
    env = request.env
    report: Report = report_for(env, request.matchdict["key"])
    info = env.info(report.right[1])
    require(env.policy, info, right)
    params = request.params if request.method == "POST" else request.GET
    names = {*(one.key for one in asked_of(env, report)), ORDER}
    query = tuple((name, str(value)) for name, value in params.items() if name in names)
    columns = tuple(one.key for one in columns_for(env, report, values_of(env, report, query)[0]))
    return Asked(info.key, query, columns, language=env.language, report=report.key)
