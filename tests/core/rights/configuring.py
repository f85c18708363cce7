"""What companies set of rights, made up by Hypothesis, and the same as rows: roles, levels, superiors, limits, fields."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.core.auth.conftest import World
from tests.core.rights import toys
from tests.core.rights.plain import ACTIONS, FOR_ALL, Configured

OWNED = ("rule", "own", "team", "own_department", "department", "company")
LEVELS_OF = {
    "toy_rights.desk": ("rule", "own_department", "department", "company"),
    "toy_rights.tip": ("rule", "company"),
}
OF_DEALS = [code for code in toys.CODES if ".deal_" in code]


@st.composite
def configurations(draw: st.DrawFn, departments: list[int], held: list[str]) -> Configured:
    """Own roles and copies, a tree of roles, changed levels, tuned superiors, limits by value, field rights."""
    found = Configured()
    few = st.integers(0, 3)
    for number in range(draw(few)):
        found.basis[f"own_{number}"] = draw(st.sampled_from([None, *OF_DEALS, *toys.CODES]))
    roles = [*sorted(found.basis) * 2, *held] or OF_DEALS
    role, home = st.sampled_from(roles), st.sampled_from([1, 1, 1, FOR_ALL])
    for _number in range(draw(few)):
        lower, upper = draw(role), draw(role)
        if lower < upper:  # a tree: nothing stands above itself
            found.above[1, lower] = upper
    for _number in range(draw(few) * 2):
        model = draw(st.sampled_from(["toy_rights.deal"] * 3 + sorted(toys.MODELS)))
        level = draw(st.sampled_from(["none", *LEVELS_OF.get(model, OWNED)]))
        found.levels[draw(home), draw(role), model, draw(st.sampled_from(ACTIONS))] = level
    if draw(st.booleans()):
        how = st.sampled_from(["full", "query", "none"])
        found.superiors[1, draw(st.sampled_from(sorted(toys.CATALOGUE.owned)))] = draw(how), draw(how)
    for _number in range(draw(few)):
        values = draw(st.frozensets(st.sampled_from(["a", "b"]), min_size=1, max_size=1))
        found.limits[1, draw(role), "toy_rights.deal", "grade"] = values
    if departments and draw(st.booleans()):
        value = frozenset({str(draw(st.sampled_from(departments)))})
        found.limits[1, draw(role), "toy_rights.desk", "department"] = value
    for _number in range(draw(few)):
        right = draw(st.sampled_from(["hidden", "readonly", "editable"]))
        found.fields[draw(home), draw(role), "toy_rights.deal", "memo"] = right
    return _of_known_homes(found)


def _of_known_homes(found: Configured) -> Configured:
    """A role that company 1 has made is known to company 1 only."""
    found.levels = {
        (1 if role in found.basis else home, role, *rest): said
        for (home, role, *rest), said in found.levels.items()
    }
    found.fields = {
        (1 if role in found.basis else home, role, *rest): said
        for (home, role, *rest), said in found.fields.items()
    }
    return found


def store_roles(configured: Configured, world: World) -> None:
    """The roles that company 1 has made; some are copies of shipped ones."""
    for code, basis in configured.basis.items():
        world.add("base.role", f"role {code}", code=code, title={"en": code}, company_id=world.ids["company1"],
                  basis_id=None if basis is None else world.role(basis))  # fmt: skip


def store_configured(configured: Configured, world: World) -> None:
    """Everything else; a field or value as the product keeps it."""
    for number, ((home, role), above) in enumerate(configured.above.items()):
        world.add("base.role_place", f"place {number}", company_id=_home(world, home), role_id=world.role(role),
                  superior_id=world.role(above))  # fmt: skip
    for number, ((home, role, model, action), level) in enumerate(configured.levels.items()):
        world.add("base.role_right", f"right {number}", company_id=_home(world, home), role_id=world.role(role),
                  model=model, action=action, level=level)  # fmt: skip
    for number, ((home, model), (direct, indirect)) in enumerate(configured.superiors.items()):
        world.add("base.hierarchy_rule", f"superiors {number}", company_id=_home(world, home), model=model,
                  direct=direct, indirect=indirect)  # fmt: skip
    for number, ((home, role, model, name), right) in enumerate(configured.fields.items()):
        world.add("base.field_right", f"field {number}", company_id=_home(world, home), role_id=world.role(role),
                  model=model, field=name, right=right)  # fmt: skip
    for (home, role, model, name), values in configured.limits.items():
        for value in values:
            stored = str(world.ids[f"department{value}"]) if name == "department" else value
            world.add("base.value_limit", f"limit {role} {name} {value}", company_id=_home(world, home),
                      role_id=world.role(role), model=model, field=name, value=stored)  # fmt: skip


def _home(world: World, company: int) -> int:
    return world.ids[f"company{company}"] if company != FOR_ALL else FOR_ALL
