"""What the shop's people may do."""

from core.auth.grants import grant
from toy_wares.models.article import Article
from toy_wares.roles import SELLER

grants = [grant(SELLER, Article, "read create update")]
