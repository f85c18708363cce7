"""The door's hinge: every statement of an Env's session is bound by its policy, or refused.

Statements that the data layer builds carry their criteria already and are marked as trusted. Any other ORM select
(`env.scalars(select(Lead)…)`, a lazily loaded relation, a join, a subquery) gets company, bin and policy criteria
for every model that occurs in it. What cannot be bound is refused: Core statements on mapped tables, bulk UPDATE
and DELETE (they would pass by hooks and audit; `env.write_many` exists), and flushing through the session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from core.orm.binding import AroundTheDoor, criteria_options, models_in
from core.orm.trust import is_trusted

if TYPE_CHECKING:
    from core.orm.env import Env

__all__ = ["ENV_KEY", "AroundTheDoor", "env_of"]

ENV_KEY = "keyuan_env"


def env_of(session: Session) -> Env:
    """The Env a session belongs to."""
    env = session.info.get(ENV_KEY)
    if env is None:
        raise AroundTheDoor("this session belongs to no Env: rows are read and written through an Env only")
    return env  # type: ignore[no-any-return]


@event.listens_for(Session, "do_orm_execute")
def bind_statement(state: ORMExecuteState) -> None:
    """Add the criteria of every model in the statement, or refuse it.

    What an expired or deferred attribute of a record asks for is not bound: whoever holds the record has seen it.
    """
    if is_trusted(state.execution_options):
        return
    env = env_of(state.session)
    if not state.is_select:
        raise AroundTheDoor("write through the Env: env.create, env.write, env.write_many, env.delete")
    if state.is_column_load:
        return
    if not state.is_relationship_load:
        _refuse_joined_loading(state.statement)
    models = models_in(state.statement, is_relationship=state.is_relationship_load)
    state.statement = state.statement.options(*criteria_options(env, models.values()))


def _refuse_joined_loading(statement: Any) -> None:
    """Criteria do not reach joins that the loading of a relationship adds."""
    for option in getattr(statement, "_with_options", ()):
        for step in getattr(option, "context", ()):
            if (getattr(step, "strategy", None) or ()) and ("lazy", "joined") in step.strategy:
                raise AroundTheDoor("joinedload() passes by the policy: use selectinload()")


@event.listens_for(Session, "before_flush")
def refuse_flush(session: Session, _context: Any, _instances: Any) -> None:
    """Rows are written by the Env's pipeline; SQLAlchemy's own unit of work would skip policy and audit."""
    if session.new or session.deleted or any(map(session.is_modified, session.dirty)):
        raise AroundTheDoor("changed records are written by env.flush(), not by the session")
