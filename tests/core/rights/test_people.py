"""Who may work, who stands below whom, and whose departments are whose, in deployments that Hypothesis makes up."""

from __future__ import annotations

from hypothesis import given

from core.auth.identity import identity_of
from tests.core.rights import toys
from tests.core.rights.offices import offices
from tests.core.rights.oracle import Oracle
from tests.core.rights.plain import Office
from tests.core.rights.profile import examples
from tests.core.rights.storing import Place, stored


@examples(60)
@given(office=offices())
def test_identities_agree_with_the_oracle(place: Place, office: Office) -> None:
    oracle = Oracle(office, toys.CATALOGUE)
    with stored(place, office) as found:
        ids = found.world.ids
        for user in range(1, office.users + 1):
            for company in (1, 2):
                who = identity_of(found.world.session, ids[f"user{user}"], ids[f"company{company}"])
                assert (who is not None) == oracle.works(user, company), f"user {user} in {company}"
                if who is None:
                    continue
                direct = oracle.below(user, company, directly=True)
                assert found.users(who.direct_reports) == direct, f"direct reports of {user}"
                assert found.users(who.reports) == oracle.below(user, company), f"reports of {user}"
                departments = oracle.departments_of(user, company)
                assert found.departments(who.departments) == departments, f"departments of {user}"
                people = oracle.people_of(departments, company) - {None}
                assert found.users(who.members) in (set(), people), f"people of the departments of {user}"
                assert who.held == {"base.user", *office.roles[user, company]}
                assert who.granting == {"base.user", *oracle.granting(user, company)}
                assert who.addons == office.switched_on[company]
