"""What a line costs where nobody says so."""

from collections.abc import Mapping
from typing import Any

from core.api import Env, proposal
from toy_bills.models import Article, Bill, Line


@proposal(Line, depends=(Line.article, Line.quantity))
def from_article(
    env: Env, whole: Mapping[str, Any], rows: list[dict[str, Any]], asked: list[frozenset[str]]
) -> None:
    """Price and unit of the article; ten and more are cheaper."""
    ids = {row["article"] for row in rows if row.get("article")}
    known: dict[int, Any] = {one.id: one for one in env.search(Article, Article.id.in_(ids), limit=1000)}
    for row in rows:
        article = known.get(row.get("article") or 0)
        if article is not None:
            row["price"] = article.price * (9 if (row.get("quantity") or 0) >= 10 else 10) / 10
            row["unit"] = article.unit


@proposal(Bill, depends=(Bill.discount,))
def terms(
    env: Env, whole: Mapping[str, Any], rows: list[dict[str, Any]], asked: list[frozenset[str]]
) -> None:
    """Whoever gets a discount pays at once."""
    for row in rows:
        row["terms"] = "at once" if row.get("discount") else "30 days"
