"""The configurator in the rows of a document: what there is to choose, what it costs more, and what goes together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from babel.numbers import format_currency

from addons.crm_product.models import ConfiguredLine, ConfigValue, Product
from addons.crm_product.services.configuring import (
    Choice,
    Offered,
    OfferedOption,
    chosen_by_code,
    code_of,
    problems_at,
)
from addons.crm_product.services.offering import catalogue
from core.api import Env, LazyString, Pick, Picked, picks, select

Sent = Mapping[int, int | None]


@picks(ConfiguredLine.configuration, words=ConfiguredLine.chosen)
def options_of_lines(
    env: Env, _whole: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], sent: Sequence[Sent | None]
) -> list[Picked]:
    """One box for each option of the line's product."""
    products = {row.get("product") for row in rows}
    shelf = catalogue(env, products)
    currencies = _currencies(env, {key for key in products if shelf.of(key) is not None})
    found = []
    for row, given in zip(rows, sent, strict=True):
        offer = shelf.of(row.get("product"))
        currency = currencies.get(row.get("product") or 0)
        found.append(_picked(env, offer, row, given, currency) if offer else Picked(row.get("configuration")))
    return found


def _picked(
    env: Env, offer: Offered, row: Mapping[str, Any], given: Sent | None, currency: str | None
) -> Picked:
    """A stored choice stays as it was agreed until somebody chooses something else."""
    kept = row.get("configuration")
    before, _unknown = chosen_by_code(offer, kept or "")
    is_stored = row.get("id") is not None
    if given is not None and given.keys() & {option.id for option in offer.options}:
        chosen = [key for key in given.values() if key in offer.choices()]
    else:
        chosen = before if is_stored or kept else offer.defaults()
    is_kept = is_stored and set(chosen) == set(before)
    problems = {} if is_kept else problems_at(offer, chosen)
    told = (row.get("chosen") or {}).get(env.language) if is_kept else None
    names = [choice.name for choice in offer.choices().values() if choice.id in chosen]
    return Picked(
        kept if is_kept else code_of(offer, chosen) or None,
        [_pick(env, one, chosen, problems.get(one.id, ()), currency) for one in offer.options],
        told or ", ".join(names),
    )


def _pick(
    env: Env,
    option: OfferedOption,
    chosen: Sequence[int],
    problems: Sequence[LazyString],
    currency: str | None,
) -> Pick:
    taken = next((choice.id for choice in option.choices if choice.id in chosen), None)
    labels = [(choice.id, _label(env, choice, currency)) for choice in option.choices]
    return Pick(option.id, option.name, labels, taken, option.is_required, problems)


def _label(env: Env, choice: Choice, currency: str | None) -> str:
    if currency is None or not choice.surcharge:
        return choice.name
    amount = format_currency(abs(choice.surcharge), currency, locale=env.language)
    return f"{choice.name} ({'+' if choice.surcharge > 0 else '−'}{amount})"


def _currencies(env: Env, products: set[int | None]) -> dict[int, str]:
    """In which currency surcharges are; nothing for who may not see them."""
    if not products or "surcharge" not in env.policy.readable(env.info(ConfigValue)):
        return {}
    one = env.info(Product).cls
    ids = sorted(key for key in products if key is not None)
    return dict(tuple(row) for row in env.rows(select(one.id, one.currency).where(one.id.in_(ids))))
