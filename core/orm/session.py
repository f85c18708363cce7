"""The door's hinge: every statement of an Env's session is bound by its policy, or refused.

Statements that the data layer builds carry their criteria already and are marked as trusted. Any other ORM select
(`env.scalars(select(Lead)…)`, a lazily loaded relation, a join, a subquery) gets company, bin and policy criteria
for every model that occurs in it. What cannot be bound is refused: Core statements on mapped tables, bulk UPDATE
and DELETE (they would pass by hooks and audit; `env.write_many` exists), and flushing through the session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, event, true
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import and_, visitors

from core.orm.criteria import row_criteria
from core.orm.trust import is_trusted

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

ENV_KEY = "keyuan_env"


class AroundTheDoor(RuntimeError):
    """Code tried to reach rows without the Env: a fault of the code, never of the user."""


def env_of(session: Session) -> Env:
    """The Env a session belongs to."""
    env = session.info.get(ENV_KEY)
    if env is None:
        raise AroundTheDoor("this session belongs to no Env: rows are read and written through an Env only")
    return env  # type: ignore[no-any-return]


@event.listens_for(Session, "do_orm_execute")
def bind_statement(state: ORMExecuteState) -> None:
    """Add the criteria of every model in the statement, or refuse it."""
    if is_trusted(state.execution_options):
        return
    env = env_of(state.session)
    if not state.is_select:
        raise AroundTheDoor("write through the Env: env.create, env.write, env.write_many, env.delete")
    options = []
    for info in _models_in(env, state.statement):
        criteria = and_(true(), *row_criteria(env, info, info.cls))
        options.append(with_loader_criteria(info.cls, criteria, include_aliases=True, propagate_to_loaders=False))
    state.statement = state.statement.options(*options)


def _models_in(env: Env, statement: Any) -> list[ModelInfo]:
    """The models of a statement, by the entities that its columns and tables are annotated with.

    A table that occurs without its model would get no criteria, so it is refused.
    """
    found: dict[str, ModelInfo] = {}
    tables: dict[str, Table] = {}
    for element in visitors.iterate(statement):
        mapper = getattr(element, "_annotations", {}).get("parentmapper")
        if mapper is not None:
            info = mapper.class_.__model_info__
            found[info.key] = info
            continue
        table = element if isinstance(element, Table) else getattr(element, "table", None)
        if isinstance(table, Table):
            tables[table.fullname] = table
    for name, table in tables.items():
        declared = table.info.get("keyuan", {})
        if declared.get("model") not in found:
            raise AroundTheDoor(f"{name} is read without its model: select the model instead")
    if not found:
        raise AroundTheDoor("a statement without models cannot be bound by the policy")
    return list(found.values())


@event.listens_for(Session, "before_flush")
def refuse_flush(session: Session, _context: Any, _instances: Any) -> None:
    """Rows are written by the Env's pipeline; SQLAlchemy's own unit of work would skip policy and audit."""
    if ENV_KEY in session.info and (session.new or session.deleted or any(map(session.is_modified, session.dirty))):
        raise AroundTheDoor("changed records are written by env.flush(), not by the session")
