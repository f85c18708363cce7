"""What the shop ships."""

from core.i18n import _
from core.orm.declared import numbering, options, seed
from core.orm.env import Env

KINDS = options("toy_wares.kind", [("goods", _("Goods")), ("service", _("Service"))])
ARTICLES = numbering("toy_wares.article", prefix="A", width=4)


@seed
def first_article(env: Env) -> None:
    """Every shop opens with a bag."""
    if env.first("toy_wares.article") is None:
        env.create("toy_wares.article", name="Bag")


@seed(at="deployment")
def common_kind(env: Env) -> None:
    """A choice that the shop makes by code."""
    env.create(
        "base.option", list_code="toy_wares.other", code="seeded", name={"en": "Seeded", "zh_CN": "预置"}
    )
