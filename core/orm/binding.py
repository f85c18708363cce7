"""What a statement looks into, and the criteria that bind every model in it.

    statement of others         every model gets company, bin and policy: in joins, subqueries, CTEs, conditions
    statement of the kernel     is *sealed*: it carries its criteria already
    `where` given by others     may read the model itself; its subqueries are bound like statements of others
    subqueries of a rule        are sealed: the rule says itself what it looks at

A seal is an annotation, since SQLAlchemy keeps annotations with a SELECT wherever it is nested.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import ColumnElement, Select, Table, TextClause, and_, true
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql import visitors
from sqlalchemy.sql.annotation import _deep_annotate
from sqlalchemy.sql.selectable import AliasedReturnsRows, FromClause, SelectBase

from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

S = TypeVar("S")
SEALED: Final = "keyuan_sealed"


class AroundTheDoor(RuntimeError):
    """Code tried to reach rows without the Env: a fault of the code, never of the user."""


class PolicyCriteria(LoaderCriteriaOption):
    """`with_loader_criteria` that leaves sealed SELECTs alone."""

    _cache_key_traversal = LoaderCriteriaOption._traverse_internals

    def _should_include(self, compile_state: Any) -> bool:
        is_sealed = SEALED in compile_state.select_statement._annotations
        return not is_sealed and super()._should_include(compile_state)

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        """SQLAlchemy moves the criteria to an alias in a WHERE, but not in the ON of a join."""
        criteria = super()._resolve_where_criteria(ext_info)
        if not ext_info.is_aliased_class:
            return criteria
        moved: ColumnElement[bool] = ext_info._adapter.traverse(criteria)
        return moved


def seal(statement: S) -> S:
    """Mark a SELECT of the kernel, so that no criteria are added to it."""
    return statement._annotate({SEALED: True})  # type: ignore[attr-defined,no-any-return]


def sealed(criterion: Any) -> Any:
    """A criterion of the kernel or of a rule, with its subqueries sealed."""
    if not any(isinstance(part, SelectBase) for part in visitors.iterate(criterion)):
        return criterion
    return _deep_annotate(criterion, {SEALED: True}, detect_subquery_cols=True, ind_cols_on_fromclause=True)


def criteria_options(env: Env, models: Iterable[ModelInfo]) -> list[PolicyCriteria]:
    """The options that bind these models wherever they occur in a statement."""
    from core.orm.criteria import row_criteria

    return [
        PolicyCriteria(info.cls, and_(true(), *row_criteria(env, info, info.cls)), include_aliases=True,
                       propagate_to_loaders=False)
        for info in models
    ]  # fmt: skip


def models_in(statement: Any, *, is_relationship: bool = False) -> dict[str, ModelInfo]:
    """The models of a statement by key; tables that occur without their model cannot be bound and are refused.

    Statements that load relationships are SQLAlchemy's own, and read link tables.
    """
    found: dict[str, ModelInfo] = {}
    scopes = [statement]
    while scopes:
        scope = _Scope(scopes.pop())
        scopes += scope.nested
        found |= scope.models
        if not is_relationship:
            scope.refuse_bare_tables()
    if not found:
        raise AroundTheDoor("a statement without models cannot be bound by the policy")
    return found


def read(
    env: Env, info: ModelInfo, statement: Any, where: Sequence[Any], options: Mapping[str, Any] = TRUSTED
) -> Any:
    """Run a SELECT of the kernel that holds `where`, conditions given by others.

    They may read the model itself and, in subqueries, what the caller may see of other models.
    """
    nested: dict[str, ModelInfo] = {}
    for condition in where:
        for select in check_condition(info, condition):
            nested |= models_in(select)
    if nested:
        statement = seal(statement).options(*criteria_options(env, nested.values()))
    return env.session.execute(statement, execution_options=options)


def check_condition(info: ModelInfo, condition: Any) -> list[Any]:
    """Refuse a condition on the model that reads other records outside of a subquery; gives its subqueries."""
    scope = _Scope(condition)
    scope.refuse_bare_tables()
    if scope.models.keys() - {info.key} or scope.has_alias:
        raise AroundTheDoor(f"a condition on {info.key} reads other records outside of a subquery")
    return scope.nested


class _Scope:
    """One SELECT or condition, without the SELECTs inside: its models, and the tables that no model stands for."""

    def __init__(self, root: Any) -> None:
        self.models: dict[str, ModelInfo] = {}
        self.nested: list[Any] = []
        self.has_alias = False
        self._root = root
        self._modelled: set[int] = set()
        self._bare: list[FromClause] = []
        stack, seen = list(_parts(root)) if isinstance(root, SelectBase) else [root], set()
        while stack:
            element = stack.pop()
            if id(element) in seen or SEALED in getattr(element, "_annotations", ()):
                continue
            seen.add(id(element))
            if isinstance(element, SelectBase):
                self.nested.append(element)
            else:
                stack += self._look(element)

    def refuse_bare_tables(self) -> None:
        for table in self._bare:
            if hash(table) not in self._modelled:
                raise AroundTheDoor(
                    f"{base_table(table)} is read without its model: select the model instead"
                )

    def _look(self, element: Any) -> Iterable[Any]:
        """Note what an element reads; gives the elements inside."""
        if isinstance(element, TextClause):
            raise AroundTheDoor("SQL text cannot be bound by the policy")
        annotations = getattr(element, "_annotations", {})
        mapper, entity = annotations.get("parentmapper"), annotations.get("parententity")
        source = element if isinstance(element, FromClause) else getattr(element, "table", None)
        if mapper is not None:
            self.models[mapper.class_.__model_info__.key] = mapper.class_.__model_info__
            self.has_alias |= bool(getattr(entity, "is_aliased_class", False))
        if not isinstance(source, FromClause):
            return _parts(element)
        if base_table(source) is None:
            return [*_parts(element), source] if source is not element else _parts(element)
        if entity is not None:
            self._modelled.add(hash(source))
        elif mapper is None and not self._is_link(element):
            self._bare.append(source)
        return ()

    def _is_link(self, element: Any) -> bool:
        """Relationships read their link table; nobody selects from it."""
        table = base_table(element) if isinstance(element, FromClause) else element.table
        if not isinstance(table, Table) or "link" not in table.info.get("keyuan", {}):
            return False
        if isinstance(element, FromClause):
            return not any(one is element for one in getattr(self._root, "_raw_columns", ()))
        return bool(element._annotations.keys() & {"remote", "foreign"})


def base_table(source: Any) -> Table | None:
    """The table behind a FROM that is one, or an alias of one."""
    while isinstance(source, AliasedReturnsRows):
        source = source.element
    return source if isinstance(source, Table) else None


def _parts(element: Any) -> Iterator[Any]:
    """The elements inside; of a SELECT what is written in it, not what SQLAlchemy concludes to be its FROM."""
    if isinstance(element, Select):
        return iter(super(Select, element).get_children())
    return iter(element.get_children())
