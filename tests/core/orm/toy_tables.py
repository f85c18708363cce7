"""Tables as the composer makes them, written by hand: a company table, a shared one, a link, a foreign key cycle."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

LIVE = text("deleted_at is null")


def toy_table(metadata: MetaData, schema: str, name: str, kind: str, *columns: Any) -> Table:
    company = [Column("company_id", BigInteger, nullable=False)] if kind != "deployment" else []
    unique = [UniqueConstraint("company_id", "id", name=f"uq_{name}_company_id")] if company else []
    return Table(
        name, metadata,
        Column("id", BigInteger, Identity(always=True), nullable=False), *company,
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("version", Integer, nullable=False, server_default=text("1")),
        Column("deleted_at", DateTime(timezone=True)),
        Column("custom", JSONB(none_as_null=True)),
        *columns,
        PrimaryKeyConstraint("id", name=f"pk_{name}"), *unique,
        schema=schema,
        info={"keyuan": {"kind": kind, "model": f"{schema}.{name}", "addon": schema}},
    )  # fmt: skip


def base_tables(metadata: MetaData) -> None:
    """`base`: companies and users point to each other, as they always do."""
    toy_table(
        metadata, "base", "company", "deployment", Column("name", Text, nullable=False), Column("head_id", BigInteger),
        ForeignKeyConstraint(["head_id"], ["base.user.id"], name="fk_company_head", use_alter=True),
    )  # fmt: skip
    toy_table(
        metadata, "base", "user", "deployment", Column("login", Text, nullable=False), Column("home_id", BigInteger),
        ForeignKeyConstraint(["home_id"], ["base.company.id"], name="fk_user_home", use_alter=True),
    )  # fmt: skip
    toy_table(metadata, "base", "option", "shared", Column("code", Text, nullable=False))


def deal_tables(metadata: MetaData, *more: Any, choices: str = "'new', 'won'") -> Table:
    """`deals`: one company table with everything that a model can ask for, and a link table."""
    deal = toy_table(
        metadata, "deals", "deal", "company",
        Column("title", Text, nullable=False), Column("title__sort", Text),
        Column("amount", Numeric(19, 4), nullable=False, server_default=text("0")),
        Column("kind", Text, nullable=False, server_default=text("'new'")),
        Column("owner_id", BigInteger), Column("part_of_id", BigInteger),
        Column("grams", ARRAY(Text)),
        *more,
        CheckConstraint(text(f"kind in ({choices})"), name="ck_deal_kind"),
        ForeignKeyConstraint(["owner_id"], ["base.user.id"], name="fk_deal_owner", use_alter=True),
        ForeignKeyConstraint(["company_id", "part_of_id"], ["deals.deal.company_id", "deals.deal.id"],
                             name="fk_deal_part_of", use_alter=True),
    )  # fmt: skip
    Index("uq_deal_title", deal.c.company_id, deal.c.title, unique=True, postgresql_where=LIVE)
    Index("ix_deal_amount", deal.c.company_id, deal.c.amount, deal.c.id, postgresql_where=LIVE)
    Index("ix_deal_title__sort", deal.c.company_id, deal.c.title__sort, deal.c.id, postgresql_where=LIVE)
    Index("ix_deal_grams", deal.c.grams, postgresql_using="gin")
    link = Table(
        "deal__tags", metadata,
        Column("company_id", BigInteger, nullable=False),
        Column("left_id", BigInteger, nullable=False), Column("right_id", BigInteger, nullable=False),
        PrimaryKeyConstraint("left_id", "right_id", name="pk_deal__tags"),
        ForeignKeyConstraint(["left_id"], ["deals.deal.id"], name="fk_deal__tags_left", use_alter=True),
        ForeignKeyConstraint(["right_id"], ["base.option.id"], name="fk_deal__tags_right", use_alter=True),
        schema="deals", info={"keyuan": {"kind": "company", "model": "deals.deal", "addon": "deals", "link": "tags"}},
    )  # fmt: skip
    Index("ix_deal__tags_right", link.c.right_id, link.c.left_id)
    return deal


def toy_metadata() -> MetaData:
    """Both addons."""
    metadata = MetaData()
    base_tables(metadata)
    deal_tables(metadata)
    return metadata


ADDONS = ("base", "deals")
