"""A mapping against the models of this company: what it names must exist and be importable, or the line is named."""

from __future__ import annotations

from typing import Final

from core.errors import NotFound
from core.exchange.errors import MappingError
from core.exchange.mapping import FieldRule, FileRule, Lookup, MappingFile, RecordRule
from core.exchange.reading import REASON_COLUMN, ROW_COLUMN, AnySource, folded
from core.exchange.separating import widest
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TEXTS, TO_MANY, TO_ONE, Field
from core.orm.policy import require

COMPANY: Final = "company"
_NAMING_KINDS: Final = TEXTS | {"translated", "selection"}
"""Kinds of fields by which a record can be looked up: what people would call it."""
NUMBER: Final = "id"
"""The record's own number, as our exports have it, is a name as well."""
_CLOSED_KINDS: Final = frozenset({"secret", "json", "one2many", "sentence"})


def check_mapping(mapping: MappingFile, env: Env) -> None:
    """Raise `MappingError` for the first mistake, and `AccessDenied` where the caller may not import a model."""
    for file in mapping.files:
        for record in file.records:
            info = model_of(mapping, env, record.model, (*record.place, "model"))
            require(env.policy, info, "import")
            names = {rule.name for rule in record.fields}
            for rule in record.fields:
                _check_field(mapping, env, info, rule)
            for name in record.match:
                if name not in names or not info.fields[name].is_stored:
                    problem = _("match names {name}, which the record does not set.", name=name)
                    raise mapping.error((*record.place, "match"), problem)


def check_columns(mapping: MappingFile, file: FileRule, source: AnySource) -> list[str]:
    """Raise for a column that is mapped and missing. Gives the columns of the file that nothing reads."""
    header = {folded(name): name for name in source.header}
    read: set[str] = set()
    for record in file.records:
        for column in record.columns:
            names = [folded(name) for name in (column, *file.aliases.get(column, ()))]
            if not any(name in header for name in names):
                raise mapping.error(_place(record, column), _missing(source, column))
            read.update(names)
    for column in (*file.corrections, *file.aliases):
        if not any(folded(name) in header for name in (column, *file.aliases.get(column, ()))):
            raise mapping.error(file.place, _missing(source, column))
    return [name for key, name in header.items() if key and key not in {*read, ROW_COLUMN, REASON_COLUMN}]


def _place(record: RecordRule, column: str) -> tuple[str | int, ...]:
    rule = next((rule for rule in record.fields if column in rule.columns), None)
    return rule.place if rule is not None else (*record.place, "key")


def _missing(source: AnySource, column: str) -> LazyString:
    return _(
        "{file} has no column {column}; it has: {names}.",
        file=source.name,
        column=column,
        names=widest(source.header),
    )


def model_of(mapping: MappingFile, env: Env, key: str, place: tuple[str | int, ...]) -> ModelInfo:
    """The model of a name, if its addon is on."""
    try:
        return env.info(key)
    except (LookupError, NotFound):
        known = ", ".join(sorted(m for m, info in env.composition.models.items() if info.addon in env.addons))
        raise mapping.error(
            place, _("there is no model {name}; there are: {known}.", name=key, known=known)
        ) from None


def is_company_check(info: ModelInfo, rule: FieldRule) -> bool:
    """A column that names the company is only compared: rows of another company are refused."""
    return rule.name == COMPANY and info.kind != "deployment"


def _check_field(mapping: MappingFile, env: Env, info: ModelInfo, rule: FieldRule) -> None:
    if is_company_check(info, rule):
        return
    found = info.fields_for(env.addons).get(rule.name)

    def wrong(problem: LazyString) -> MappingError:
        return mapping.error(rule.place, problem)

    if found is None:
        names = widest([f.name for f in info.fields_for(env.addons).values() if not f.system])
        raise wrong(
            _("{model} has no field {name}; it has: {names}.", model=info.key, name=rule.name, names=names)
        )
    if (
        found.system
        or found.is_computed
        or found.kind in _CLOSED_KINDS
        or rule.name not in env.policy.editable(info)
    ):
        raise wrong(_("the field {name} cannot be imported.", name=rule.name))
    _check_relation(mapping, env, found, rule)
    if not rule.required and found.required and not info.table.c[found.column_name].nullable:
        raise wrong(_("the field {name} cannot be left out.", name=rule.name))
    is_given = rule.text is not None or rule.default is not None or rule.this_company
    if not is_given and (rule.required or rule.lookup is not None) and not (rule.lookup and rule.lookup.key):
        raise wrong(_("the rule says nowhere what the value of {name} is.", name=rule.name))
    codes = {"state": set(info.states), "selection": {code for code, _label in found.choices}}.get(found.kind)
    if codes is not None:
        targets = [*(rule.choices or {}).values(), rule.default, rule.otherwise]
        for code in targets:
            if code is not None and code not in codes:
                known = ", ".join(sorted(codes))
                raise wrong(
                    _(
                        "{name} has no value {code}; there are: {known}.",
                        name=rule.name,
                        code=code,
                        known=known,
                    )
                )


def _check_relation(mapping: MappingFile, env: Env, found: Field, rule: FieldRule) -> None:
    if found.target_key == "base.company":
        if not rule.this_company:
            raise mapping.error(
                rule.place, _("a company can only be the one that is imported into: this_company = true.")
            )
        return
    lookup = rule.lookup
    if found.kind in TO_ONE | TO_MANY and lookup is None and found.kind != "option":
        if rule.text is None and rule.default is None:
            return
        raise mapping.error(rule.place, _("{name} points to a record: say by lookup which.", name=rule.name))
    if lookup is not None:
        _check_lookup(mapping, env, found, rule, lookup)


def _check_lookup(mapping: MappingFile, env: Env, found: Field, rule: FieldRule, lookup: Lookup) -> None:
    target = model_of(mapping, env, lookup.model, (*rule.place, "lookup"))
    if target.key != found.target_key:
        problem = _(
            "{name} points to {target}, not to {model}.",
            name=rule.name,
            target=str(found.target_key),
            model=target.key,
        )
        raise mapping.error((*rule.place, "lookup"), problem)
    if lookup.by is None:
        return
    by = target.fields_for(env.addons).get(lookup.by)
    is_naming = by is not None and by.is_stored and (by.kind in _NAMING_KINDS or by.name == NUMBER)
    if by is None or not is_naming or by.name not in env.policy.readable(target):
        problem = _("{model} cannot be looked up by {name}.", model=target.key, name=lookup.by)
        raise mapping.error((*rule.place, "by"), problem)
