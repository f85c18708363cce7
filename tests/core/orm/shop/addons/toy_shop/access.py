"""Sellers have their own records, the boss everything. Two rules look at each other's models."""

from core.api import BY_RULE, OWN, Env, Where, grant, record_rule, select
from toy_shop.models import (
    BOSS,
    GIVER,
    SELLER,
    Badge,
    Client,
    Discount,
    Item,
    Parcel,
    Purchase,
    Shelf,
    Tag,
    Till,
    Visit,
    Wearing,
)

grants = [
    *(grant(SELLER, model, "read create update", rows=OWN) for model in (Client, Purchase, Tag)),
    grant(GIVER, Client, "read create update assign", rows=OWN),
    *(grant(SELLER, model, "read create update delete") for model in (Item, Parcel, Badge, Wearing, Shelf)),
    *(
        grant(BOSS, model, "read create update delete assign export import")
        for model in (Client, Purchase, Tag, Item, Parcel, Badge, Wearing)
    ),
    grant(SELLER, Purchase, "print", rows=BY_RULE),
    grant(BOSS, Client, "erase"),
    grant(BOSS, Visit, "read create export print"),
    grant(BOSS, Till, "read create update delete"),
    grant(SELLER, Discount, "read approve", rows=OWN),
    grant(BOSS, Discount, "read approve"),
]


@record_rule(Client, role=SELLER, actions="read")
def clients_of_my_purchases(env: Env) -> Where:
    """Whoever sold something sees who bought it."""
    mine = env.info(Purchase).cls
    return Client.id.in_(
        select(mine.client_id).where(mine.owner_id == env.user_id, mine.deleted_at.is_(None))
    )


@record_rule(Purchase, role=SELLER, actions="read")
def purchases_of_my_clients(env: Env) -> Where:
    """Whoever keeps a client sees what it bought."""
    mine = env.info(Client).cls
    return Purchase.client.in_(select(mine.id).where(mine.owner_id == env.user_id, mine.deleted_at.is_(None)))
