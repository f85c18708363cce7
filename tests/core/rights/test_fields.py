"""A field that a company takes from roles is seen and changed by those only whom the oracle lets."""

from __future__ import annotations

from hypothesis import given

from core.errors import BadRequest
from core.orm.env import Env
from tests.core.rights import channels, toys
from tests.core.rights.offices import offices
from tests.core.rights.oracle import Oracle
from tests.core.rights.plain import Office
from tests.core.rights.profile import examples
from tests.core.rights.storing import Place, stored

DEAL = "toy_rights.deal"


@examples(25)
@given(office=offices(is_configured=True))
def test_fields_agree_with_the_oracle(place: Place, office: Office) -> None:
    oracle = Oracle(office, toys.CATALOGUE)
    with stored(place, office) as found:
        for user, company in oracle.workers():
            env, info = found.env(user, company), place.composed.info(DEAL)
            right, who = oracle.field(user, company, DEAL, "memo"), f"memo for user {user} in {company}"
            assert ("memo" in env.policy.readable(info)) == (right != "hidden"), who
            assert ("memo" in env.policy.editable(info)) == (right == "editable"), who
            if not oracle.levels(user, company, "read", DEAL):
                continue
            for way in (_column, _order, _filter, _group):
                assert _is_taken(env, way) == (right != "hidden"), f"{who} as {way.__name__}"
            for one in found.record_ids(oracle.reach(user, company, "update", DEAL)):
                if one in channels.allowed(env, info, "read", [one]):
                    written = channels.succeeds(env, _write, env, one, other=(BadRequest,))
                    assert written == (right == "editable"), f"{who} written"


def _column(env: Env) -> None:
    env.page(DEAL, ["memo"])


def _order(env: Env) -> None:
    env.page(DEAL, ["id"], order="memo")


def _filter(env: Env) -> None:
    env.condition(DEAL, "memo", "eq", "x")


def _group(env: Env) -> None:
    env.group(DEAL, ["memo"])


def _write(env: Env, one: int) -> None:
    env.write(env.get(DEAL, one), strict=True, memo="new")


def _is_taken(env: Env, way) -> bool:
    try:
        way(env)
    except BadRequest:
        return False
    return True
