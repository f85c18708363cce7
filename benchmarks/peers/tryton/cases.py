"""The measurements: Tryton through remote calls and models, psycopg2 on the same tables, in turns."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Final

from trytond.transaction import Transaction

from benchmarks.peers.clock import Line, side_by_side
from benchmarks.peers.plain import Plain, by_amount
from benchmarks.peers.tryton import queries
from benchmarks.peers.tryton.client import COUNT_LIMIT, LABELS, LIST, MODEL, Client

WORD: Final = "%华腾%"


def measure() -> list[Line]:
    """Everything that is measured inside one process."""
    client, plain = Client(), queries.connect()
    return [*_reading(client, plain), *_writing(client, plain)]


def _reading(client: Client, plain: Plain) -> list[Line]:
    search = ["OR", ["description", "ilike", WORD], ["party.name", "ilike", WORD]]
    mine = [["state", "=", "opportunity"], ["employee", "=", plain.values["owner"]]]
    middle = plain.one("select max(id) / 2 from sale_opportunity")
    fields = client.form_fields()
    amount = [["amount", "DESC"], ["id", "DESC"]]

    def counted(where: str) -> tuple[list[Any], list[Any]]:
        return plain.rows(queries.page(where)), plain.rows(queries.count(where, COUNT_LIMIT))

    return [
        side_by_side("list", lambda: client.page([]), lambda: plain.rows(queries.page()), same=_same),
        side_by_side("list_model", lambda: _read_directly(client), lambda: plain.rows(queries.page())),
        side_by_side("deep", lambda: client.page([], offset=7920), lambda: plain.rows(queries.page(offset=7920)),
                     same=_same),
        *by_amount(plain, "sale_opportunity", "amount desc, id desc",
                   lambda: client.page([], order=amount), queries.page(order=queries.AMOUNT), _same),
        side_by_side("search", lambda: client.page(search, count=True), lambda: counted(queries.MATCHES), same=_same_counted),
        side_by_side("stage_owner", lambda: client.page(mine, count=True), lambda: counted(queries.MINE),
                     same=_same_counted),
        side_by_side("one", lambda: client.call(f"model.{MODEL}.read", [middle], fields),
                     lambda: plain.rows(queries.ONE, id=middle)),
    ]  # fmt: skip


def _same(page: tuple[list[Any], int | None], rows: list[Any]) -> bool:
    """The client puts the records in order itself, by the identifiers that it got first."""
    return {record["id"] for record in page[0]} == {row[0] for row in rows} and len(rows) > 0


def _same_counted(page: tuple[list[Any], int | None], answers: tuple[list[Any], list[Any]]) -> bool:
    rows, counted = answers
    return _same(page, rows) and page[1] == counted[0][0]


def _read_directly(client: Client) -> None:
    with _model(client) as model:
        model.search_read([], 0, 80, None, [*LIST, *LABELS])


def _writing(client: Client, plain: Plain) -> list[Line]:
    company, owner = plain.values["company"], plain.values["owner"]
    currency = plain.one("select min(id) from currency_currency")
    customer = plain.one("select max(party) from sale_opportunity where company = %(company)s")
    ids = [row[0] for row in plain.rows(queries.OPEN)]
    values = {"description": "华腾信息 2026", "party": customer, "employee": owner, "amount": 1000}
    row = (
        "X1",
        "华腾信息 2026",
        company,
        currency,
        customer,
        owner,
        "lead",
        1000,
        0.5,
        "now",
        "now",
        client.user,
    )
    turn = iter(range(10**9))

    def create(count: int) -> None:
        with _model(client) as model:
            model.create([dict(values) for _n in range(count)])

    def update() -> None:
        with _model(client) as model:
            model.write(model.browse(ids), {"comment": f"r{next(turn)}"})

    def update_plain() -> None:
        plain.change(queries.UPDATE, ids=ids, text=f"r{next(turn)}", user=client.user)

    return [
        side_by_side("create_1", lambda: create(1), lambda: plain.insert(queries.INSERT, [row])),
        side_by_side("create_1000", lambda: create(1000), lambda: plain.insert(queries.INSERT, [row] * 1000), runs=10),
        side_by_side("update_1000", update, update_plain, runs=10),
    ]  # fmt: skip


@contextmanager
def _model(client: Client) -> Any:
    """The model in a transaction of the user, with the checks of a remote call; taken back at the end."""
    context = {**client.context, "_check_access": True}
    with Transaction().start(client.database, client.user, context=context) as transaction:
        try:
            yield client.pool.get(MODEL)
        finally:
            transaction.rollback()
