"""What is shared in a made-up deployment: by hand, in teams of deals, by rules of its companies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from tests.core.rights import toys
from tests.core.rights.plain import Given, Office, Record, SharingRule

DEAL = "toy_rights.deal"
MAY = st.sampled_from(["read", "edit"])
DAYS = st.sampled_from([None, None, -2, -1, 0, 1])
SOME = st.integers(0, 3)


def sharing(draw: st.DrawFn, office: Office) -> None:
    """Shares and members of whom each user has at most one of a record; rules with every kind of people."""
    users = range(1, office.users + 1)
    if not draw(st.booleans()):
        return
    for kind, is_fit in ((office.shares, _is_owned), (office.members, _is_deal)):
        records = [key for key, one in office.records.items() if is_fit(one)]
        found: dict[tuple[int, int], Given] = {}
        for _number in range(draw(SOME) * 2 if records else 0):
            record, user = draw(st.sampled_from(records)), draw(st.sampled_from(users))
            days = draw(DAYS) if kind is office.shares else None
            found[record, user] = Given(record, user, draw(MAY), days, _rarely(draw))
        kind.update(enumerate(found.values(), 1))
    for key in range(1, draw(SOME) + 1):
        office.rules[key] = _rule(draw, office, key)


def given_again(draw: st.DrawFn, office: Office) -> None:
    """The same shares, members and rules, of which some say something else."""
    again: Callable[[], bool] = lambda: draw(st.booleans())  # noqa: E731
    office.shares = {
        key: replace(one, may=draw(MAY), days=draw(DAYS), is_over=_rarely(draw)) if again() else one
        for key, one in office.shares.items()
    }
    office.members = {
        key: replace(one, may=draw(MAY), is_over=again()) if again() else one
        for key, one in office.members.items()
    }
    office.rules = {key: _rule(draw, office, key) if again() else one for key, one in office.rules.items()}


def _rule(draw: st.DrawFn, office: Office, key: int) -> SharingRule:
    """Departments are of company 1 only; so are the roles that it has made."""
    model = draw(st.sampled_from([DEAL] * 3 + sorted(toys.CATALOGUE.owned)))
    company = draw(st.sampled_from([1, 1, 1, 2]))
    departments = sorted(office.departments) if company == 1 else []
    held = sorted(
        {"base.user"}.union(*(roles for (_user, home), roles in office.roles.items() if home == company))
    )
    owners = draw(st.sampled_from(["everybody", "role", *["department"] * 2 * bool(departments)]))
    receivers = draw(st.sampled_from(["user", "role", *["department"] * bool(departments)]))
    condition = draw(st.sampled_from([None, ("text", "shed"), *[("grade", "a")] * (model == DEAL)]))

    def of(kind: str, wanted: str, keys: list[int]) -> int | None:
        return draw(st.sampled_from(keys)) if kind == wanted else None

    def role(kind: str) -> str | None:
        return draw(st.sampled_from(held)) if kind == "role" else None

    return SharingRule(
        key, company, model, draw(MAY), of(owners, "department", departments), role(owners), draw(st.booleans()),
        of(receivers, "department", departments), role(receivers),
        of(receivers, "user", [*range(1, office.users + 1)]), draw(st.booleans()), condition,
        active=not _rarely(draw), in_bin=_rarely(draw),
    )  # fmt: skip


def _rarely(draw: st.DrawFn) -> bool:
    return draw(st.integers(0, 9)) == 9


def _is_owned(record: Record) -> bool:
    return record.model in toys.CATALOGUE.owned


def _is_deal(record: Record) -> bool:
    return record.model == DEAL
