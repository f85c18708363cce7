"""What products offer to choose from: for any number of products in three statements, in one where none has options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from addons.crm_product.services.configuring import Choice, Offered, OfferedOption, words_of
from core.api import Env, select

OptionRow = tuple[int, int, Mapping[str, str], bool]
ValueRow = tuple[int, int, Mapping[str, str], str, Decimal, bool]


class Catalogue:
    """The options, choices and rules of some products. Names are in several languages, an offer in one."""

    def __init__(
        self,
        language: str,
        options: Sequence[OptionRow],
        values: Sequence[ValueRow],
        rules: Sequence[tuple[int, int, str, int]],
    ) -> None:
        self._language = language
        self._options: dict[int, list[OptionRow]] = {}
        self._values: dict[int, list[ValueRow]] = {}
        self._rules: dict[int, list[tuple[int, str, int]]] = {}
        self._offers: dict[tuple[int, str], Offered] = {}
        for row in options:
            self._options.setdefault(row[1], []).append(row)
        for value in values:
            self._values.setdefault(value[1], []).append(value)
        for product, value_id, kind, other in rules:
            self._rules.setdefault(product, []).append((value_id, kind, other))

    def of(self, product: int | None, language: str | None = None) -> Offered | None:
        """What a product offers; None where it has no options."""
        if product is None or product not in self._options:
            return None
        key = product, language or self._language
        if key not in self._offers:
            self._offers[key] = Offered(
                tuple(self._option(row, key[1]) for row in self._options[product]),
                tuple(self._rules.get(product, ())),
            )
        return self._offers[key]

    def words(self, product: int, chosen: Sequence[int]) -> dict[str, str]:
        """The choice in every language in which an option of the product has a name."""
        options = self._options[product]
        names = [row[2] for row in options]
        names += [value[2] for row in options for value in self._values.get(row[0], ())]
        languages = {language for name in names for language in name}
        offers = {language: self.of(product, language) for language in sorted(languages)}
        return {language: words_of(offer, chosen) for language, offer in offers.items() if offer is not None}

    def _option(self, row: OptionRow, language: str) -> OfferedOption:
        key, _product, name, is_required = row
        choices = tuple(
            Choice(value, key, _text(label, language), code, surcharge, is_default)
            for value, _option, label, code, surcharge, is_default in self._values.get(key, ())
        )
        return OfferedOption(key, _text(name, language), is_required, choices)


def catalogue(env: Env, products: Iterable[int | None]) -> Catalogue:
    """What these products offer, in the caller's language unless another one is asked for."""
    option, value, rule = (env.info(f"crm_product.config_{name}").cls for name in ("option", "value", "rule"))
    ids = sorted({key for key in products if key is not None})
    options: list[Any] = [*env.rows(
        select(option.id, option.product_id, option.name, option.is_required)
        .where(option.product_id.in_(ids)).order_by(option.sequence, option.id)
    )] if ids else []  # fmt: skip
    if not options:
        return Catalogue(env.language, (), (), ())
    values: Any = env.rows(
        select(value.id, value.option_id, value.name, value.code, value.surcharge, value.is_default)
        .where(value.option_id.in_([row[0] for row in options]))
        .order_by(value.sequence, value.id)
    )
    rules: Any = env.rows(
        select(rule.product_id, rule.value_id, rule.kind, rule.other_id)
        .where(rule.product_id.in_({row[1] for row in options}))
        .order_by(rule.id)
    )
    found = ([tuple(row) for row in rows] for rows in (options, values, rules))
    return Catalogue(env.language, *found)


def offered(env: Env, product: int) -> Offered:
    """What one product offers, in the caller's language."""
    return catalogue(env, [product]).of(product) or Offered((), ())


def _text(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")
