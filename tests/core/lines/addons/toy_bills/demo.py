"""Somebody of the demonstration writes bills."""

from core.api import Env, RoleRow, User, UserRole, demo
from toy_bills.models import Article


@demo
def clerks_and_articles(env: Env) -> None:
    """The director of the south is the chief clerk of the Chinese company."""
    found = env.first(User, User.login == "director3")
    role = env.first(RoleRow, RoleRow.code == "toy_bills.chief")
    if found is not None and role is not None:
        env.create(UserRole, user=found.id, company=env.company_id, role=role.id)
    env.create_many(Article, [
        {"name": "Nut", "price": 10, "unit": "box"}, {"name": "Bolt", "price": "2.5", "unit": "pc"},
        {"name": "螺丝刀", "price": 35, "unit": "把"},
    ])  # fmt: skip
