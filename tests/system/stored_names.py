"""Rows of the kernel that name things of an addon, and addresses that people have kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from sqlalchemy import select

from core.auth.models.sharing import is_shareable
from core.automation.queue import enqueue
from core.i18n import _
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.stored_file import StoredFile
from core.orm.trust import TRUSTED
from core.testing.factories import Factory, has_choices
from core.views.registry import registry_of

BASE: Final = "base"
_PAPER: Final = StoredFile("paper.pdf", "application/pdf", 10, "a" * 64)


@dataclass
class Stored:
    """What was stored: a record of each model, and addresses worth keeping."""

    records: dict[str, int] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)


def store_names(env: Env, user: int) -> Stored:
    """Through the kernel's own Env of a company in which everything is on; `user` is whom it all is about."""
    stored = Stored()
    factory = Factory(env)
    for info in env.composition.models.values():
        if info.addon != BASE and has_choices(info):
            owner = {"owner": user} if info.is_owned else {}
            stored.records[info.key] = int(factory.make(info.key, **owner).id)
    _fill_fields(env, factory, stored)
    role: Any = env.first("base.role", env.condition("base.role", "code", "eq", "crm_base.salesperson"))
    for key, record in stored.records.items():
        _about_record(env, env.info(key), record, user)
        _about_model(env, env.info(key), role.id)
    _about_names(env, role.id)
    _hand_over(env, user)
    for _addon, job in env.composition.collect("job"):
        enqueue(env, job)
    stored.links = list(_links(stored.records))
    return stored


def _fill_fields(env: Env, factory: Factory, stored: Stored) -> None:
    """Fields that addons have on models of others, so that histories name them."""
    for key, record in stored.records.items():
        info = env.info(key)
        new = [one for one in info.fields.values() if one.addon != info.addon and one.is_stored]
        values = {one.name: factory.value(one) for one in new if not one.is_computed and not one.readonly}
        if values:
            env.write(env.get(key, record), **values)


def _about_record(env: Env, info: ModelInfo, record: int, user: int) -> None:
    about = {"model": info.key, "record_id": record}
    env.notify([user], _("A record waits."), env.get(info.key, record))
    env.create_many("base.attachment", [{"name": f"{info.key}.pdf", "content": _PAPER, **about}])
    env.create_many("base.external_key", [{"source": "elsewhere", "key": f"{record}", **about}])
    asked = {"model": info.key, "query": [], "columns": [info.display], "ids": [record], "form": "csv",
             "grouped": False, "numbered": False, "language": "en", "report": "", "paper": ""}  # fmt: skip
    made = {"name": f"{info.key}", "user": user, "model": info.key, "asked": asked}
    env.create_many("base.print", [{**made, "record_id": record, "number": 1, "rows": 1}])
    ends = env.now + timedelta(days=1)
    env.create_many(
        "base.export", [{**made, "format": "csv", "columns": info.display, "expires_at": ends, "rows": 1}]
    )
    mail = {"user": user, "recipients": "a@example.com", "subject": info.key, "paper": _PAPER, **about}
    env.create_many("base.mail", [mail])
    if is_shareable(info):
        env.create_many("base.share", [{"user": user, "may": "read", **about}])


def _about_model(env: Env, info: ModelInfo, role: int) -> None:
    env.create_many("base.role_right", [
        {"role": role, "model": info.key, "action": action, "level": "own"} for action in ("read", "print")
    ])  # fmt: skip
    env.create_many("base.field_right", [
        {"role": role, "model": info.key, "field": name, "right": "readonly"}
        for name, one in info.fields.items() if not one.system
    ])  # fmt: skip
    if info.is_owned:
        env.create_many("base.hierarchy_rule", [{"model": info.key, "direct": "query", "indirect": "none"}])
    if is_shareable(info):
        foreign = (
            one
            for one in info.fields.values()
            if one.addon != info.addon and one.kind in ("money", "selection")
        )
        condition = next((f"f={one.name}:empty:no" for one in foreign), None)
        rule = {"name": f"Rule of {info.key}", "model": info.key, "to_role": role, "may": "read"}
        env.create_many("base.sharing_rule", [{**rule, "condition": condition}])
    limited = next((one for one in info.fields.values() if one.kind == "selection" and one.choices), None)
    if limited is not None:
        limit = {"role": role, "model": info.key, "field": limited.name, "value": limited.choices[0][0]}
        env.create_many("base.value_limit", [limit])


def _about_names(env: Env, role: int) -> None:
    registry = registry_of(env.composition)
    shown = [("menu", key) for key in registry.menus]
    shown += [
        ("button", f"{info.key}.{name}") for info in env.composition.models.values() for name in info.methods
    ]
    env.create_many("base.role_screen", [
        {"role": role, "kind": kind, "name": name, "shown": True} for kind, name in shown
    ])  # fmt: skip
    papers = [code for code, _title in env.info("base.paper_text").fields["document"].choices]
    env.create_many("base.paper_text", [
        {"document": code, "language": "en", "foot": "Thank you."} for code in papers
    ])  # fmt: skip
    settings = [{"key": f"{addon}.something", "value": {"on": 1}} for addon in env.composition.addons]
    env.create_many("base.setting", settings)
    table = env.info("base.role").table
    found = env.session.execute(select(table.c.id, table.c.code), execution_options=TRUSTED).all()
    for key, code in found:
        if code.partition(".")[0] not in (BASE, "own"):
            own = {"title": {"en": f"Own {code}", "zh_CN": code}, "basis": key, "company": env.company_id}
            (made,) = env.create_many("base.role", [own])
            env.create_many("base.role_place", [{"role": made, "superior": key, "company": env.company_id}])


def _hand_over(env: Env, user: int) -> None:
    from core.base.services import hand_over

    (made,) = env.create_many("base.hand_over", [{"giver": user}])
    hand_over.count_lines(env, env.get("base.hand_over", made))


def links_of_lists(env: Env, addons: frozenset[str]) -> Iterator[str]:
    """Lists of these addons with a filter, order, group and column of each field that another addon brings to them."""
    for info in env.composition.models.values():
        others = [one for one in info.fields.values() if one.addon != info.addon and one.addon not in addons]
        for name in (one.name for one in others if info.addon in addons):
            for asked in (
                {"f": f"{name}:empty:no"},
                {"order": name},
                {"group": name},
                {"cols": f"id,{name}"},
            ):
                yield f"/r/{info.key}?{urlencode(asked)}"


def _links(records: dict[str, int]) -> Iterator[str]:
    for key, record in records.items():
        yield f"/r/{key}/{record}"
    for key, record in {key.partition(".")[0]: (key, record) for key, record in records.items()}.values():
        for end in ("", "/new", "/export", f"/{record}/history", f"/{record}/why", f"/{record}/print"):
            yield f"/r/{key}{end}"
