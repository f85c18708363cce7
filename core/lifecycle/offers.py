"""Differences of upgrades: what addons ship otherwise than before, where somebody had changed it.

An upgrade keeps such a value and remembers the offer (`core.orm.shipped`). Here administrators see the offers field by
field and take each over or keep what is theirs; both are audited, and what was decided is not asked again until the
addon ships yet another value. Records of one company are decided by its administrators; what all companies share, by
the system administrator alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import select, tuple_

from core.auth.access import AccessPolicy
from core.auth.rights_of_offers import OFFERS
from core.auth.roles import ADMIN, SYSTEM
from core.errors import AccessDenied
from core.i18n import LazyString, _, formatter
from core.orm.bulk import json_text
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import Field
from core.orm.history import Change, as_stored, record_changes
from core.orm.kernel_tables import shipped
from core.orm.trust import TRUSTED

KEEP: Final = "keep"
"""The operation of the audit when somebody stays with the own value."""


@dataclass(frozen=True)
class Offer:
    """One field of one record: the value it has, the one shipped when it was changed, and the one shipped now."""

    info: ModelInfo
    field: Field
    record: Any
    addon: str
    is_shared: bool
    is_binned: bool
    before: Any
    now: Any

    @property
    def ours(self) -> Any:
        return getattr(self.record, self.field.name)

    @property
    def token(self) -> str:
        """Names the offer with its value: one that another upgrade has changed meanwhile is another offer."""
        value = sha256(json_text(self.now).encode()).hexdigest()[:16]
        return f"{self.info.key}:{self.record.id}:{self.field.name}:{value}"

    def words(self, value: Any, language: str) -> str:
        """A value as people read it; of a text in several languages all of them, since any may be the difference."""
        if value is None or value == "":
            return str(_("(empty)"))
        if self.field.kind == "translated":
            return " · ".join(dict.fromkeys(text for text in value.values() if text))
        if self.field.kind == "selection":
            return str(dict(self.field.choices).get(value, value))
        if self.field.kind in ("integer", "boolean"):
            return formatter(self.field.kind, language)(value)
        return str(value)


def has_offers(env: Env) -> bool:
    """Whether something waits for the caller's decision; known from the configured rights, without a statement."""
    policy = env.policy
    if not isinstance(policy, AccessPolicy):
        return False
    kinds = _kinds(env)
    return any(kind in kinds and addon in env.addons for kind, addon in policy.identity.rights.of(OFFERS))


def offers(env: Env) -> list[Offer]:
    """All that the caller may decide, by addon, model and record; nothing for who administers nothing."""
    rows = env.session.execute(_open(env), execution_options=TRUSTED).all() if _kinds(env) else []
    found = [offer for model, some in _by_model(env, rows) for offer in _offers_of(env, model, some)]
    return sorted(found, key=lambda one: (one.addon, one.info.key, one.record.id, one.field.name))


def take(env: Env, tokens: Collection[str]) -> int:
    """Write the values shipped now into the records; gives how many fields. Raises AccessDenied.

    Offers that are no longer open, because somebody else was quicker or another upgrade came, are left out.
    """
    chosen = [offer for offer in _held(env, tokens) if not offer.is_binned]
    for some in _by_record(chosen):
        env_of = env if env.can("update", some[0].record) else env.sudo(_("taken over from an upgrade"))
        env_of.write(some[0].record, **{one.field.name: as_stored(one.field, one.now) for one in some})
        _settle(env, some)
    return len(chosen)


def keep(env: Env, tokens: Collection[str]) -> int:
    """Stay with the own values; gives how many fields. The audit of the records tells who did. Raises AccessDenied."""
    chosen = _held(env, tokens)
    for some in _by_record(chosen):
        names = ", ".join(str(one.field.label) for one in some)
        reason: LazyString = _("kept against an upgrade: {fields}", fields=names)
        record, info = some[0].record, some[0].info
        record_changes(env.sudo(reason), info, KEEP, [Change(record.id, record.version, {})])
        _settle(env, some)
    return len(chosen)


def _kinds(env: Env) -> frozenset[bool]:
    """Of which records the caller decides: True for those that all companies share, False for the company's own."""
    if env.is_system:
        return frozenset({True, False})
    return frozenset(kind for kind, role in ((True, SYSTEM), (False, ADMIN)) if role.code in env.roles)


def _open(env: Env) -> Any:
    companies = [0 if is_shared else env.company_id for is_shared in _kinds(env)]
    wanted = shipped.c.offered.is_not(None) & shipped.c.company_id.in_(companies)
    return select(shipped).where(wanted, shipped.c.addon.in_(env.addons))


def _by_model(env: Env, rows: Iterable[Any]) -> Iterator[tuple[str, dict[int, Any]]]:
    """Rows by record, of the models that are there; those of a removed addon wait until it is back."""
    found: dict[str, dict[int, Any]] = defaultdict(dict)
    for row in rows:
        if row.model in env.composition.models:
            found[row.model][row.record_id] = row
    yield from found.items()


def _offers_of(env: Env, model: str, rows: Mapping[int, Any]) -> Iterator[Offer]:
    info = env.info(model)
    wanted, most = info.cls.id.in_(list(rows)), len(rows)
    live: list[Any] = env.search(info.cls, wanted, limit=most)
    binned: list[Any] = env.search(info.cls, wanted, limit=most, binned=True)
    for record, is_binned in [*((one, False) for one in live), *((one, True) for one in binned)]:
        row = rows[record.id]
        for name, value in row.offered.items():
            if name in info.fields:
                before = (row.before or {}).get(name)
                yield Offer(
                    info, info.fields[name], record, row.addon, row.company_id == 0, is_binned, before, value
                )


def _held(env: Env, tokens: Collection[str]) -> list[Offer]:
    """The open offers among those asked for, kept from others until the transaction ends."""
    if not _kinds(env):
        raise AccessDenied()
    parts = [token.split(":") for token in tokens]
    keys = {(part[0], int(part[1])) for part in parts if len(part) == 4 and part[1].isdecimal()}
    asked = _open(env).where(tuple_(shipped.c.model, shipped.c.record_id).in_(list(keys)))
    locked = asked.order_by(shipped.c.model, shipped.c.record_id).with_for_update()
    rows = env.session.execute(locked, execution_options=TRUSTED).all() if keys else []
    found = [offer for model, some in _by_model(env, rows) for offer in _offers_of(env, model, some)]
    return [offer for offer in found if offer.token in tokens]


def _by_record(chosen: Iterable[Offer]) -> list[list[Offer]]:
    found: dict[tuple[str, int], list[Offer]] = defaultdict(list)
    for one in chosen:
        found[one.info.key, one.record.id].append(one)
    return list(found.values())


def _settle(env: Env, decided: Collection[Offer]) -> None:
    """The fields are no longer offered; they are when the addon ships another value."""
    one, names = next(iter(decided)), [offer.field.name for offer in decided]
    same = (shipped.c.model == one.info.key) & (shipped.c.record_id == one.record.id)
    row = env.session.execute(select(shipped).where(same), execution_options=TRUSTED).one()
    left = {name: value for name, value in row.offered.items() if name not in names}
    before = {name: value for name, value in (row.before or {}).items() if name in left}
    values = {"offered": left or None, "before": before or None}
    env.session.execute(shipped.update().where(same).values(values), execution_options=TRUSTED)
