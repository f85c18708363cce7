"""The stock of a day by product, category and warehouse, the ledger, and what came and went (STK-07, R-55)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from addons.crm_product.models import Category, Product
from addons.crm_stock.models import Level, Movement, Warehouse
from addons.crm_stock.models.reasons import REASONS
from addons.crm_stock.services.past import end_of, last_before
from core.api import Answers, Env, LazyString, Report, _, ask, column, func, select, true

_DAY = timedelta(days=1)


def today(env: Env) -> date:
    """The company's day."""
    return env.today


def beginning_of_month(env: Env) -> date:
    """The first day of the present month."""
    return env.today.replace(day=1)


_CATEGORY_HELP = _("With the categories in it.")


def _chosen(env: Env, answers: Answers, place: Any, product: Any) -> list[Any]:
    """Conditions on what has a product and a warehouse."""
    found = []
    if answers["product"] is not None:
        found.append(place.product_id == answers["product"])
    if answers["warehouse"] is not None:
        found.append(place.warehouse_id == answers["warehouse"])
    if answers["category"] is not None:
        found.append(product.category_id.in_(_with_those_below(env, answers["category"])))
    return found


def _with_those_below(env: Env, category: int) -> set[int]:
    """A category and all that lie in it."""
    cls = env.info(Category).cls
    parents = {
        row[0]: row[1] for row in env.rows(select(cls.id, cls.parent_id).where(cls.deleted_at.is_(None)))
    }
    found = {category}
    while more := {key for key, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _period(env: Env, answers: Answers, entry: Any) -> list[Any]:
    first, last = end_of(env, answers["since"] - _DAY), end_of(env, answers["until"])
    return [entry.posted_at >= first, entry.posted_at < last]


def stock_of_the_day(env: Env, answers: Answers) -> Any:
    """One row for each product and warehouse in which something lay at the end of the day."""
    level, product, last = (
        env.info(Level).cls,
        env.info(Product).cls,
        last_before(env, end_of(env, answers["day"])),
    )
    statement = (
        select(
            level.product_id.label("product"), product.category_id.label("category"),
            level.warehouse_id.label("warehouse"), last.c.balance.label("on_hand"), last.c.value_balance.label("value"),
        )
        .join(product, product.id == level.product_id)
        .join(last, true())
        .where(last.c.balance != 0)
    )  # fmt: skip
    return statement.where(*_chosen(env, answers, level, product))


def entries(env: Env, answers: Answers) -> Any:
    """Every movement of the period, in its order."""
    entry, product = env.info(Movement).cls, env.info(Product).cls
    statement = (
        select(
            entry.posted_at.label("at"), entry.product_id.label("product"), entry.warehouse_id.label("warehouse"),
            entry.reason.label("reason"), entry.document.label("document"), entry.quantity.label("quantity"),
            entry.balance.label("balance"), entry.value.label("value"),
        )
        .join(product, product.id == entry.product_id)
        .where(*_period(env, answers, entry))
    )  # fmt: skip
    return statement.where(*_chosen(env, answers, entry, product))


def turnover(env: Env, answers: Answers) -> Any:
    """For each product what came and what went in the period."""
    entry, product = env.info(Movement).cls, env.info(Product).cls
    came, went = entry.quantity > 0, entry.quantity < 0
    statement = (
        select(
            entry.product_id.label("product"), product.category_id.label("category"),
            func.sum(entry.quantity).filter(came).label("came"), (-func.sum(entry.quantity).filter(went)).label("went"),
            func.sum(entry.value).filter(came).label("came_value"),
            (-func.sum(entry.value).filter(went)).label("went_value"),
        )
        .join(product, product.id == entry.product_id)
        .where(*_period(env, answers, entry))
        .group_by(entry.product_id, product.category_id)
    )  # fmt: skip
    return statement.where(*_chosen(env, answers, entry, product))


_SINCE_UNTIL = [
    ask("since", date, _("Since"), default=beginning_of_month, field=Movement.posted_at),
    ask("until", date, _("Until"), default=today, field=Movement.posted_at),
    ask("product", Product, _("Product"), required=False, field=Movement.product),
    ask("category", Category, _("Category"), required=False, help=_CATEGORY_HELP, field=(Product, "category")),
    ask("warehouse", Warehouse, _("Warehouse"), required=False, field=Movement.warehouse),
]  # fmt: skip


def _moved(key: str, label: LazyString, name: str, **options: Any) -> Any:
    return column(key, label, Decimal, total=True, field=(Movement, name), **options)


STOCK = Report(
    "crm_stock.stock", _("Stock of a day"), right=("read", Movement), statement=stock_of_the_day, order="product",
    needs=[(Level, "product"), (Level, "warehouse"), Movement.posted_at, Movement.level, Movement.balance],
    parameters=[
        ask("day", date, _("At the end of"), default=today),
        ask("product", Product, _("Product"), required=False, field=(Level, "product")),
        ask("category", Category, _("Category"), required=False, help=_CATEGORY_HELP, field=(Product, "category")),
        ask("warehouse", Warehouse, _("Warehouse"), required=False, field=(Level, "warehouse")),
    ],
    columns=[
        column("product", _("Product"), Product, field=(Level, "product")),
        column("category", _("Category"), Category, field=(Product, "category")),
        column("warehouse", _("Warehouse"), Warehouse, field=(Level, "warehouse")),
        column("on_hand", _("On hand"), Decimal, total=True, field=Movement.balance),
        column("value", _("Stock value"), Decimal, money=True, total=True, field=Movement.value_balance),
    ],
    note=_("Also of past days: the balances of the last movements until then. Quantities are in the products' units."),
)  # fmt: skip

LEDGER = Report(
    "crm_stock.ledger", _("Movement ledger"), right=("read", Movement), statement=entries, order="at",
    needs=[Movement.posted_at, Movement.product, Movement.warehouse], parameters=_SINCE_UNTIL,
    columns=[
        column("at", _("Posted at"), datetime, field=Movement.posted_at),
        column("product", _("Product"), Product, field=Movement.product),
        column("warehouse", _("Warehouse"), Warehouse, field=Movement.warehouse),
        column("reason", _("Reason"), str, choices=REASONS, field=Movement.reason),
        column("document", _("Document"), str, field=Movement.document),
        _moved("quantity", _("Quantity"), "quantity"),
        column("balance", _("On hand afterwards"), Decimal, field=Movement.balance),
        _moved("value", _("Value"), "value", money=True),
    ],
)  # fmt: skip

TURNOVER = Report(
    "crm_stock.turnover", _("Came and went"), right=("read", Movement), statement=turnover, order="-went",
    needs=[Movement.posted_at, Movement.product, Movement.warehouse, Movement.quantity], parameters=_SINCE_UNTIL,
    columns=[
        column("product", _("Product"), Product, field=Movement.product),
        column("category", _("Category"), Category, field=(Product, "category")),
        _moved("came", _("Came"), "quantity"), _moved("went", _("Went"), "quantity"),
        _moved("came_value", _("Value of what came"), "value", money=True),
        _moved("went_value", _("Value of what went"), "value", money=True),
    ],
    chart=("product", "came", "went"),
)  # fmt: skip
