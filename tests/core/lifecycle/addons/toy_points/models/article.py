"""Articles that earn points."""

from toy_wares.models.article import Article

from core.i18n import _
from core.orm.fields import field
from core.orm.model import Mapped


class PointsArticle(Article, extend=True):
    """An article with points."""

    points: Mapped[int] = field(_("Points"), default=0)
