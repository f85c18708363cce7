"""Proposals: values that a row gets where nobody has typed any, such as the price of the product on a line.

    @proposal(OrderLine, depends=(OrderLine.product, OrderLine.quantity))
    def price_of_line(env, whole, rows, asked):
        found = prices_for(env, whole.get("customer"), rows)
        for row, wanted, price in zip(rows, asked, found, strict=True):
            if "unit_price" in wanted: row["unit_price"] = price

A function is asked for all rows of one whole at once, while somebody types in a form and again when rows are created
without these values by a form, an import or a service. It sets values in the rows; of what it sets, only the asked
fields are taken. It sees what is known of the whole, references as ids; for a model that is part of nothing, `whole` is
empty. It only reads.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from core.errors import CompositionError
from core.i18n import _
from core.orm.fields import field_name
from core.orm.tables import state_literal
from core.orm.values import convert_all
from core.orm.write_plan import is_kernels

if TYPE_CHECKING:
    from core.orm.compose import Composition
    from core.orm.env import Env
    from core.orm.fields import Field
    from core.orm.model_info import ModelInfo

Row = dict[str, Any]
ProposalFunction: TypeAlias = "Callable[[Env, Mapping[str, Any], list[Row], list[frozenset[str]]], None]"
F = TypeVar("F", bound="ProposalFunction")


def proposal(model: type, *, depends: Sequence[Any] = ()) -> Callable[[F], F]:
    """Mark a function as proposing values for rows of `model`.

    `depends` are the fields, of the model or of its whole, from which the proposals follow: a row that is stored
    already gets new ones only when one of these was changed.
    """

    def mark(function: F) -> F:
        function.__keyuan_mark__ = "proposal"  # type: ignore[attr-defined]
        function.__keyuan_model__ = model  # type: ignore[attr-defined]
        function.__keyuan_depends__ = tuple(depends)  # type: ignore[attr-defined]
        return function

    return mark


@dataclass(frozen=True, eq=False)
class Proposal:
    """A proposing function of an addon. `own` and `of_whole` are the fields from which its proposals follow."""

    addon: str
    function: ProposalFunction
    own: frozenset[str]
    of_whole: frozenset[str]


def collect_proposals(composed: Composition) -> None:
    """Tell the models what proposes values for them. Raises CompositionError for fields that do not exist."""
    for addon, function in composed.collect("proposal"):
        info = composed.info(function.__keyuan_model__)
        relation = whole_of(info)
        whole = composed.models.get(str(relation.target_key)) if relation is not None else None
        own, of_whole = set[str](), set[str]()
        for reference in function.__keyuan_depends__:
            name = field_name(reference)
            is_own = _belongs(info, reference, name)
            if not is_own and (whole is None or not _belongs(whole, reference, name)):
                raise CompositionError(
                    _("{function} depends on {name}, which {model} does not have.", function=function.__qualname__,
                      name=name, model=info.key), addon=addon, model=info.key, field=name,
                )  # fmt: skip
            (own if is_own else of_whole).add(name)
        info.proposals.append(Proposal(addon, function, frozenset(own), frozenset(of_whole)))


def _belongs(info: ModelInfo, reference: Any, name: str) -> bool:
    """Whether the field was named by way of this model, or of a mixin that it has."""
    owner = getattr(reference, "owner", None) or getattr(reference, "class_", None)
    definition = getattr(owner, "__definition__", None)
    if name not in info.fields or owner is None:
        return name in info.fields
    return definition is info.definition if definition is not None else issubclass(info.cls, owner)


def whole_of(info: ModelInfo) -> Field | None:
    """The relation to what the records are part of; None where they are part of nothing."""
    return info.part_of or next(
        (one for one in info.relations if one.on_delete == "part_of" and not one.system), None
    )


def enabled(env: Env, info: ModelInfo) -> list[Proposal]:
    """What proposes values in this company."""
    return [one for one in info.proposals if one.addon in env.addons]


def propose(env: Env, info: ModelInfo, given: Sequence[Mapping[str, Any]], rows: Sequence[Row]) -> None:
    """Fill what new rows were not given. `rows` are the given ones with their defaults."""
    asking = enabled(env, info)
    if not asking:
        return
    known = [convert_all(info, row, env.language, {}) for row in rows]
    names = frozenset(
        one.name for one in info.fields_for(env.addons).values() if one.is_stored and not is_kernels(one)
    )
    asked = [frozenset(name for name in names if row.get(name) is None) for row in given]
    for whole, places in _by_whole(env, info, known):
        some, open_ = [known[place] for place in places], [asked[place] for place in places]
        for one in asking:
            for place, values in zip(places, answered(env, one, whole, some, open_), strict=True):
                rows[place].update(values)
                known[place].update(values)


def proposed(env: Env, model: Any, rows: Sequence[Mapping[str, Any]], names: Collection[str]) -> list[Row]:
    """What would be proposed for some rows of a model if nobody had said anything of the fields `names`.

    For checks that do not trust what a form, a file or the API has sent.
    """
    info = env.info(model)
    found: list[Row] = [{} for _row in rows]
    wanted = frozenset(names)
    known = [
        {**convert_all(info, row, env.language, {}), **dict.fromkeys(wanted)} for row in rows
    ]  # fmt: skip
    for whole, places in _by_whole(env, info, known):
        for one in enabled(env, info):
            given = [known[place] for place in places]
            for place, values in zip(
                places, answered(env, one, whole, given, [wanted] * len(places)), strict=True
            ):
                found[place].update(values)
                known[place].update(values)
    return found


def answered(
    env: Env, one: Proposal, whole: Mapping[str, Any], rows: Sequence[Row], asked: Sequence[frozenset[str]]
) -> list[Row]:
    """What a function proposes for each row, of the asked fields."""
    copies = [dict(row) for row in rows]
    one.function(env, whole, copies, list(asked))
    return [
        {name: _plain(copy[name]) for name in wanted if name in copy and copy[name] is not row.get(name)}
        for copy, row, wanted in zip(copies, rows, asked, strict=True)
    ]


def _plain(value: Any) -> Any:
    return getattr(value, "id", value) if hasattr(type(value), "__model_info__") else value


def _by_whole(
    env: Env, info: ModelInfo, rows: Sequence[Row]
) -> Iterator[tuple[Mapping[str, Any], list[int]]]:
    """The places of the rows of each whole, and what is known of it."""
    relation = whole_of(info)
    if relation is None:
        yield {}, list(range(len(rows)))
        return
    places: dict[int | None, list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(row.get(relation.name), []).append(place)
    target = env.composition.models[str(relation.target_key)]
    wholes = {one.id: one for one in env.load(target, [key for key in places if key is not None])}
    for key, found in places.items():
        record = wholes.get(key) if key is not None else None
        yield values_of(target, record) if record is not None else {}, found


def values_of(info: ModelInfo, record: Any) -> dict[str, Any]:
    """The stored values of a record as functions see them: references as ids, states as codes."""
    loaded = frozenset(info.loaded)
    stored = (
        one
        for one in info.fields.values()
        if one.is_stored and one.column_name in loaded and one.kind != "secret"
    )
    return {one.name: state_literal(getattr(record, one.attribute)) for one in stored}
