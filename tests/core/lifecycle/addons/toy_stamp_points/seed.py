"""What the bridge makes of what is there already."""

from core.orm.declared import seed
from core.orm.env import Env


@seed
def stamped_article(env: Env) -> None:
    """An article of the bridge, once."""
    article = env.info("toy_wares.article").cls
    if env.first(article, article.name == "Stamped") is None:
        env.create(article, name="Stamped")
