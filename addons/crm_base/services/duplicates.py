"""Who is in the files already? Looked up with the kernel's eyes, and told as no more than a name and its owner.

A match tells that a value is the same. So fields that the caller does not see take no part, nor values that are kept
from the caller: a guess of a telephone number finds no confidential customer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from addons.crm_base.services.company_names import brand_of, core_of, core_words, is_same, is_similar
from core.api import Env, LazyString, _, not_

CANDIDATES: Final = 30
"""Records looked at for each search; the search itself has found them by name or number."""
_FEWEST_DIGITS: Final = 7
_EXTENSION: Final = re.compile(r"(转|ext|#|\*).*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Probe:
    """What is known of the one about to be saved. `record` is (model key, id) when it is saved already."""

    companies: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    tax_numbers: tuple[str, ...] = ()
    record: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A record that may be the same one. `url` is there only for those who may see it."""

    kind: LazyString
    name: str
    owner: str | None
    reasons: tuple[LazyString, ...]
    url: str | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    """Fields of a model that may hold a value, how to search for it, and what a hit means."""

    fields: tuple[str, ...]
    value: str
    searches: tuple[str, ...]
    judge: Callable[[str, str], LazyString | None]


def look(
    env: Env,
    model: Any,
    probe: Probe,
    *,
    companies: Sequence[str] = (),
    people: Sequence[str] = (),
    phones: Sequence[str] = (),
    emails: Sequence[str] = (),
    tax_numbers: Sequence[str] = (),
) -> list[Match]:
    """Records of `model` that match the probe in these searchable fields (by name), whoever owns them."""
    info = env.info(model)
    readable = env.policy.readable(info)
    companies, people, phones, emails, tax_numbers = (
        [name for name in names if name in readable]
        for names in (companies, people, phones, emails, tax_numbers)
    )
    asked = [
        *_questions(companies, probe.companies, _searches_of_company, _judge_company),
        *_questions(people, probe.people, _searches_of_person, _judge_person),
        *_questions(phones, probe.phones, _searches_of_phone, _judge_phone),
        *_questions(emails, probe.emails, _as_it_is, _judge_email),
        *_questions(tax_numbers, probe.tax_numbers, _as_it_is, _judge_tax_number),
    ]
    hits: dict[int, _Hit] = {}
    for question in asked:
        _collect(env, info, question, hits)
    if probe.record is not None and probe.record[0] == info.key:
        hits.pop(probe.record[1], None)
    return _matches(env, info, hits)


def _matches(env: Env, info: Any, hits: Mapping[int, _Hit]) -> list[Match]:
    visible = env.labels(info, hits) if env.can("read", info) else {}
    is_named = info.display in env.policy.readable(info)
    return [
        Match(
            info.label, hit.name if is_named else f"#{key}", hit.owner, tuple(hit.reasons),
            f"/r/{info.key}/{key}" if key in visible else None,
        )
        for key, hit in hits.items()
    ]  # fmt: skip


@dataclass(slots=True)
class _Hit:
    name: str
    owner: str | None
    reasons: dict[LazyString, None]


def _questions(
    fields: Sequence[str], values: Sequence[str], searches: Callable[[str], tuple[str, ...]],
    judge: Callable[[str, str], LazyString | None],
) -> Iterator[_Question]:  # fmt: skip
    for value in values:
        if fields and (found := searches(value)):
            yield _Question(tuple(fields), value, found, judge)


def _collect(env: Env, info: Any, question: _Question, hits: dict[int, _Hit]) -> None:
    has_owner = "owner" in info.fields
    columns = list(dict.fromkeys((info.display, *question.fields, *(("owner",) if has_owner else ()))))
    system = env.sudo(_("duplicate check"))
    known = [not_(kept) for name in question.fields if (kept := env.mask(info, name)) is not None]
    for search in question.searches:
        page = system.page(info, columns, *known, search=search, order="-id", limit=CANDIDATES)
        at = {column.name: column.offset + column.width - 1 for column in page.columns}
        for row in page.rows:
            judged = (
                question.judge(question.value, row[at[name]]) for name in question.fields if row[at[name]]
            )
            reason = next((found for found in judged if found is not None), None)
            if reason is not None:
                hit = hits.setdefault(
                    row[0], _Hit(str(row[at[info.display]]), row[at["owner"]] if has_owner else None, {})
                )
                hit.reasons[reason] = None


def _searches_of_company(name: str) -> tuple[str, ...]:
    """The whole name, the part people say, and both halves: one wrong character spoils only one of them."""
    core, brand, words = core_of(name), brand_of(name), core_words(name)
    if core.isascii() and len(words) > 1:
        middle = len(words) // 2
        return tuple(" ".join(part)[:60] for part in (words, words[:middle], words[middle:]))
    half, least = len(core) // 2, 5 if core.isascii() else 2
    halves = (core[:half], core[half:]) if half >= least else ()
    return tuple(dict.fromkeys(part[:60] for part in (core, brand, *halves) if len(part) >= 2))


def _as_it_is(value: str) -> tuple[str, ...]:
    return (value[:60],) if value.strip() else ()


def _searches_of_person(name: str) -> tuple[str, ...]:
    """Chinese names are written with and without a space between: each character is a word."""
    core = core_of(name)[:30]
    return _as_it_is(name if core.isascii() else " ".join(core))


def _searches_of_phone(phone: str) -> tuple[str, ...]:
    digits = digits_of(phone)
    return (digits[:60],) if len(digits) >= _FEWEST_DIGITS else ()


def _judge_company(mine: str, theirs: str) -> LazyString | None:
    if is_same(mine, theirs):
        return _("same name")
    return _("similar name") if is_similar(mine, theirs) else None


def _judge_person(mine: str, theirs: str) -> LazyString | None:
    return _("same name") if core_of(mine) == core_of(theirs) else None


def digits_of(phone: str) -> str:
    """The digits that are dialled, without the prefix of China and the extension."""
    plain = "".join(char for char in _EXTENSION.sub("", phone) if char.isdecimal() and char.isascii())
    if plain.startswith("0086"):
        return plain[4:]
    return plain[2:] if plain.startswith("86") and len(plain) > 11 else plain


def _judge_phone(mine: str, theirs: str) -> LazyString | None:
    same = digits_of(mine) == digits_of(theirs) and len(digits_of(mine)) >= _FEWEST_DIGITS
    return _("same telephone number") if same else None


def _judge_email(mine: str, theirs: str) -> LazyString | None:
    return _("same mail address") if mine.strip().casefold() == theirs.strip().casefold() else None


def _judge_tax_number(mine: str, theirs: str) -> LazyString | None:
    return _("same tax number") if mine.strip().casefold() == theirs.strip().casefold() else None
