"""When somebody leaves, or goes to another post: the account, and the records that others take over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.api import AccessDenied, Employee, Env, Hint, User, ValidationFailed, _, _n, key_of
from core.lifecycle.handing_over import tallies

LEFT = "left"


def leave(env: Env, employee: Any, *, block: bool, successor: Any) -> Any:
    """Note that the post has been left; gives the hand-over that is prepared where there are records to hand over.

    The account is blocked on request, but not while the person works on another post.
    """
    user_id = key_of(employee, "user")
    if block and user_id is not None:
        _block(env, employee, user_id)
    employee.status = LEFT
    env.flush()
    if user_id is None or not env.can("create", "base.hand_over") or not tallies(env, user_id):
        return None
    return env.create("base.hand_over", giver=user_id, successor=successor, reason=LEFT)


def add_post(env: Env, employee: Any, department: Any, position: str | None, superior: Any) -> Any:
    """A further file of the same person, who counts in both posts from now on."""
    return env.create(
        Employee, name=employee.name, user=key_of(employee, "user"), mobile=employee.mobile, email=employee.email,
        entry_date=employee.entry_date, department=department, position=position, superior=superior,
    )  # fmt: skip


def hand_over_hints(env: Env, values: Mapping[str, Any]) -> list[Hint]:
    """Whoever sets an employee to \"has left\" is offered the hand-over of what the person is responsible for."""
    if values.get("status") != LEFT or values.get("id") is None or not env.can("create", "base.hand_over"):
        return []
    employee: Any = env.get(Employee, int(values["id"]))
    user_id = key_of(employee, "user")
    number = sum(one.open for one in tallies(env, user_id)) if user_id is not None else 0
    if not number:
        return []
    text = _n(
        "{name} is responsible for {n} open record. Hand it over.",
        "{name} is responsible for {n} open records. Hand them over.", number, name=employee.name,
    )  # fmt: skip
    return [Hint(text, f"/r/base.hand_over/new?giver={user_id}")]


def _block(env: Env, employee: Any, user_id: int) -> None:
    others = (Employee.user == user_id) & (Employee.id != employee.id) & (Employee.status == "active")
    if env.count(Employee, others).value:
        raise ValidationFailed.at(
            "block",
            _("This person still works on another post. Leave the account open, or end that post first."),
        )
    try:
        env.write(env.get(User, user_id), blocked=True)
    except AccessDenied:
        raise ValidationFailed.at(
            "block", _("This account works in another company too: only the system administrator blocks it.")
        ) from None
