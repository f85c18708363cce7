"""Whoever may see a record sees it by every way; whoever may not sees it by none. The oracle says who may."""

from __future__ import annotations

from collections import Counter

from hypothesis import given

from core.orm.audit_tables import audit
from core.orm.stored_file import StoredFile
from core.orm.trust import TRUSTED
from tests.core.rights import channels, toys
from tests.core.rights.offices import TEXTS, offices
from tests.core.rights.oracle import Oracle
from tests.core.rights.plain import FOR_ALL, Office
from tests.core.rights.profile import cases, examples
from tests.core.rights.storing import Place, Stored, stored


@examples(25)
@cases
@given(office=offices())
def test_every_way_to_a_record_agrees_with_the_oracle(place: Place, office: Office) -> None:
    oracle = Oracle(office, toys.CATALOGUE)
    with stored(place, office) as found:
        _tell_history(found)
        hung = _hang_files(found)
        for user, company in oracle.workers():
            env = found.env(user, company)
            seen: set[int] = set()
            for model in oracle.models(company):
                info = place.composed.info(model)
                everything = found.ids_of(model)
                who, wanted = (
                    f"user {user} in {company}: {model} by",
                    oracle.reach(user, company, "read", model),
                )
                binned = oracle.reach(user, company, "read", model, in_bin=True)
                seen |= wanted
                for way, shown in channels.reading(env, info, everything, TEXTS).items():
                    expected = wanted | binned if way == "history" else wanted
                    assert found.records(model, shown) == expected, f"{who} {way}"
                for way, number in channels.counts(env, info, everything).items():
                    assert number == len(wanted), f"{who} {way}"
                for way, shown in channels.in_the_bin(env, info, everything).items():
                    assert found.records(model, shown) == binned, f"{who} {way} of the bin"
                exported = wanted & oracle.reach(user, company, "export", model)
                assert found.records(model, channels.exported(env, info, everything)) == exported, (
                    f"{who} export"
                )
                if model in toys.CATALOGUE.owned:
                    charted = channels.groups_of_owners(env, info, everything)
                    owners = Counter(found.id_of("user", office.records[key].owner) for key in wanted)
                    assert charted == owners, f"{who} chart of owners"
            assert {hung[one] for one in channels.files(env, hung)} == seen & {*hung.values()}, (
                f"files of user {user} in {company}"
            )


def _tell_history(found: Stored) -> None:
    """Each record has an entry."""
    for key, record in found.office.records.items():
        company = found.world.ids.get(f"company{record.company}", 0)
        told = audit.insert().values(
            company_id=company, model=record.model, record_id=found.world.ids[f"record{key}"], version=1,
            operation="create", request_id="r", channel="page", user_id=0, real_user_id=0, changes={}, digests={},
        )  # fmt: skip
        found.world.session.execute(told, execution_options=TRUSTED)


def _hang_files(found: Stored) -> dict[int, int]:
    """Each record of a company has a file."""
    content = StoredFile("a.txt", "text/plain", 1, "0" * 64)
    hung = {}
    for key, record in found.office.records.items():
        if record.company != FOR_ALL:
            one = found.world.add(
                "base.attachment", f"file{key}", company_id=found.world.ids[f"company{record.company}"],
                name="a.txt", model=record.model, record_id=found.world.ids[f"record{key}"], content=content,
            )  # fmt: skip
            hung[one] = key
    return hung
