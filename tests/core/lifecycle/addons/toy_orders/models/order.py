"""Orders with their lines, and what articles know of them."""

from toy_wares.models.article import Article

from core.i18n import _
from core.orm.fields import field, many2many, many2one, option, selection
from core.orm.model import CompanyOwned, Mapped


class Order(CompanyOwned, label=_("Order"), plural=_("Orders"), display="name"):
    """An order: one article is its reason, some come with it, others may be a present."""

    name: Mapped[str] = field(_("Name"), searchable=True, unique=True)
    article: Mapped[Article] = many2one(_("Article"), on_delete="part_of")
    present: Mapped[Article | None] = many2one(_("Present"), default=None)
    priority: Mapped[int | None] = option(_("Priority"), list="toy_orders.priority", default=None)
    others: Mapped[list[Article]] = many2many(_("Others"))


class OrderLine(CompanyOwned, label=_("Line"), plural=_("Lines"), display="text"):
    """A line, which is nothing without its order."""

    order: Mapped[Order] = many2one(_("Order"), on_delete="part_of")
    text: Mapped[str] = field(_("Text"))


class OrderedArticle(Article, extend=True):
    """An article knows its latest order."""

    latest: Mapped[Order | None] = many2one(_("Latest order"), default=None)
    grade: Mapped[str] = selection(_("Grade"), choices=[("a", _("A")), ("b", _("B"))], default="b")
