"""Codes of articles are written in capitals from now on; each article says so in its name once."""

from typing import Any

from sqlalchemy import func

from core.lifecycle.picture import picture


def before(op: Any) -> None:
    """The tables are still those of 1.0.0."""
    article = picture(__file__, "1.0.0")["article"]
    capitals = func.upper(article.c.code)
    op.get_bind().execute(article.update().where(article.c.code != capitals).values(code=capitals))
