"""Customers of the demonstration with contacts and addresses. Nothing is drawn by lot: it looks the same each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from addons.crm_base.demo.story import Story
from addons.crm_base.models import Address, Category, Contact, Customer
from core.api import Env, Option

LAST_CONTACTS = (2, 5, 9, 14, 21, 33, 47, 68, 85, 95, 120, 180, 240, 300, 400)
"""Days since the last contact, in turn: most customers are looked after, some are neglected."""
SOURCES = ("visit", "referral", "web", "own", "campaign", "call", "exhibition", "superior")
GRADES = ("good", "ordinary", "close", "ordinary", "distant")
VALUES = ("medium", "potential", "high", "low", "medium")
PARTS = ("decider", "key", "user", "adviser")


@dataclass(frozen=True, slots=True)
class Made:
    """A customer as the rest of the demonstration needs it."""

    id: int
    number: int
    name: str
    owner: int
    seller: str
    contacts: tuple[int, ...]
    quiet_days: int


def choices(env: Env, list_code: str) -> dict[str, int]:
    """Ids of a list's choices by code."""
    found: list[Any] = env.search(Option, Option.list_code == f"crm_base.{list_code}", limit=200)
    return {option.code: option.id for option in found}


def make_customers(env: Env, story: Story, people: dict[str, int]) -> list[Made]:
    """All customers, then all contacts, then all addresses, one batch each."""
    lines = story.lines()
    sellers = [_seller(story, line[3], number) for number, line in enumerate(lines)]
    rows = _customer_rows(env, story, lines, [people[seller] for seller in sellers])
    ids = env.create_many(Customer, rows)
    _group_companies(env, ids, lines)
    contacts = _make_contacts(env, story, ids, rows)
    _make_addresses(env, story, ids, rows)
    return [
        Made(key, number, row["name"], row["owner"], sellers[number], contacts[key], _quiet(number))
        for number, (key, row) in enumerate(zip(ids, rows, strict=True))
    ]


def _quiet(number: int) -> int:
    return LAST_CONTACTS[(number * 4) % len(LAST_CONTACTS)]


def _seller(story: Story, province: str, number: int) -> str:
    near = [login for login, provinces in story.sellers.items() if province in provinces]
    return (near or list(story.sellers))[number % len(near or story.sellers)]


def _customer_rows(env: Env, story: Story, lines: list[list[str]], owners: list[int]) -> list[dict[str, Any]]:
    lists = {name: choices(env, name) for name in
             ("industry", "level", "size", "relation", "source", "grade", "value", "customer_type")}  # fmt: skip
    categories = _make_categories(env, story)
    rows = []
    for n, (line, owner) in enumerate(zip(lines, owners, strict=True)):
        name, short, industry, province, city, level, size, relation = line
        source, quiet = SOURCES[n % len(SOURCES)], _quiet(n)
        rows.append({
            "name": name, "short_name": short, "phone": story.phone.format(n=4100 + n * 37 % 5000, area=n % 7 + 1),
            "owner": owner, "province": province, "city": city, "kind": "company",
            "email": f"info{n + 1}@example.com", "website": f"https://customer{n + 1}.example.com",
            "status": "active" if quiet <= 70 else "normal" if quiet <= 365 else "sealed",
            "industry": lists["industry"][industry], "level": lists["level"].get(level),
            "size": lists["size"].get(size), "relation": lists["relation"][relation],
            "source": lists["source"][source], "campaign": story.campaigns[n % 3] if source == "campaign" else None,
            "grade": lists["grade"][GRADES[n % 5]], "value": lists["value"][VALUES[(n * 2) % 5]],
            "customer_type": lists["customer_type"][("private", "state", "foreign", "private", "joint")[n % 5]],
            "category": categories[n % len(categories)], "employees": (15, 80, 240, 900, 3200)[n % 5],
            "founded": 1988 + n * 7 % 34, "business": story.business[n % len(story.business)],
            "intention": story.intentions[n % len(story.intentions)] if n % 3 else None,
            "tax_number": f"91{310000 + n * 1009:06d}MA{n * 7919 % 10**7:07d}X",
        })  # fmt: skip
    return rows


def _make_categories(env: Env, story: Story) -> list[int]:
    leaves: list[int] = []
    for name, below in story.categories:
        parent = env.create(Category, name=name)
        leaves += env.create_many(Category, [{"name": one, "parent": parent} for one in below])
    return leaves


def _group_companies(env: Env, ids: list[int], lines: list[list[str]]) -> None:
    """A customer whose short name begins with that of a key account belongs to its group."""
    heads = {line[1]: key for key, line in zip(ids, lines, strict=True) if line[5] == "key"}
    for key, line in zip(ids, lines, strict=True):
        head = next((heads[short] for short in heads if line[1].startswith(short) and line[1] != short), None)
        if head is not None:
            env.write_many(Customer, [key], parent=head)


def _make_contacts(
    env: Env, story: Story, ids: list[int], rows: list[dict[str, Any]]
) -> dict[int, tuple[int, ...]]:
    parts, degrees = choices(env, "decision_part"), list(choices(env, "relation_degree").values())
    influences = list(choices(env, "influence").values())
    today = env.now.date()
    made: list[dict[str, Any]] = []
    for n, (key, row) in enumerate(zip(ids, rows, strict=True)):
        for turn in range((2, 1, 3, 2)[n % 4]):
            number = n * 3 + turn
            made.append({
                "customer": key, "name": story.person(number), "owner": row["owner"],
                "position": story.positions[number % len(story.positions)],
                "mobile": story.mobile.format(n=10_000_000 + number * 104_729 % 80_000_000),
                "email": f"contact{number + 1}@example.com",
                "messenger": f"wx_{number + 1:04d}" if number % 2 else None,
                "decision_part": parts[PARTS[turn % len(PARTS)]] if number % 5 else None,
                "relation_degree": degrees[number % len(degrees)],
                "influence": influences[(number + turn) % len(influences)],
                "is_met": number % 3 != 0,
                "birthday": today.replace(year=1972 + number % 28, day=1) + timedelta(days=number * 11 % 300),
            })  # fmt: skip
    keys = env.create_many(Contact, made)
    found: dict[int, list[int]] = {key: [] for key in ids}
    for contact, values in zip(keys, made, strict=True):
        found[values["customer"]].append(contact)
    return {key: tuple(contacts) for key, contacts in found.items()}


def _make_addresses(env: Env, story: Story, ids: list[int], rows: list[dict[str, Any]]) -> None:
    kinds = choices(env, "address_kind")
    made = []
    for n, (key, row) in enumerate(zip(ids, rows, strict=True)):
        for turn, kind in enumerate(("office", "delivery", "invoice")[: (1, 2, 1, 3)[n % 4]]):
            made.append({
                "customer": key, "kind": kinds[kind], "country": story.country, "province": row["province"],
                "city": row["city"],
                "street": story.streets[(n + turn) % len(story.streets)].format(n=n * 13 % 900 + 1),
                "postcode": f"{(100000 + n * 7919) % 900000 + 10000:06d}",
            })  # fmt: skip
    env.create_many(Address, made)
