"""Each error says who is told what, in that person's language, and survives the way to another process."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest

from core.errors import (
    WHOLE_RECORD,
    AccessDenied,
    AddonError,
    BadRequest,
    CompositionError,
    ConfigError,
    Conflict,
    Duplicate,
    FieldConflict,
    InUse,
    KeyuanError,
    ManifestError,
    NotFound,
    Reference,
    StateForbids,
    UserError,
    ValidationFailed,
)
from core.i18n import LazyString, use_language

AMOUNT = LazyString("core", "Amount")
REQUIRED = LazyString("core", "This value is required.")


def every_kind() -> list[type[KeyuanError]]:
    found, waiting = [], [KeyuanError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += [child for child in kind.__subclasses__() if child.__module__ == "core.errors"]
    return found


def error_of(kind: type[KeyuanError]) -> KeyuanError:
    return kind({}) if issubclass(kind, ValidationFailed) else kind()


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.__name__)
def test_every_kind_has_a_sentence_in_both_languages(kind: type[KeyuanError]) -> None:
    error = error_of(kind)
    english, chinese = error.message.translate("en"), error.message.translate("zh_CN")
    assert english.endswith(".")
    assert chinese.endswith("。")
    with use_language("zh_CN"):
        assert str(error) == chinese


@pytest.mark.parametrize(
    ("kind", "audience"),
    [
        (ValidationFailed, "user"),
        (Conflict, "user"),
        (AccessDenied, "user"),
        (NotFound, "user"),
        (InUse, "user"),
        (Duplicate, "user"),
        (StateForbids, "user"),
        (BadRequest, "user"),
        (ConfigError, "administrator"),
        (AddonError, "administrator"),
        (ManifestError, "integrator"),
        (CompositionError, "integrator"),
    ],
)
def test_who_is_told(kind: type[KeyuanError], audience: str) -> None:
    assert kind.audience == audience
    assert issubclass(kind, UserError) == (audience == "user")


def test_one_problem_is_the_message_and_several_are_counted() -> None:
    assert ValidationFailed.at("amount", REQUIRED).message == REQUIRED
    several = ValidationFailed({"amount": [REQUIRED], WHOLE_RECORD: [AMOUNT, AMOUNT], "name": []})
    assert several.problems == {"amount": [REQUIRED], WHOLE_RECORD: [AMOUNT, AMOUNT]}
    assert several.message.translate("en") == "3 values need correction."
    assert several.message.translate("zh_CN") == "有 3 个值需要更正。"


def test_problems_are_a_copy() -> None:
    given = {"amount": [REQUIRED]}
    error = ValidationFailed(given)
    given["amount"].clear()
    assert error.problems == {"amount": [REQUIRED]}


def test_what_is_in_use_names_its_users() -> None:
    contacts = Reference("crm_base.contact", LazyString("acme", "Customs forms"), 3, ("Li Si",))
    leads = Reference("crm_leads.lead", LazyString("acme", "Launch pads"), 12)
    error = InUse([contacts, leads])
    assert error.references == [contacts, leads]
    assert str(error).endswith("It is used by: Customs forms (3), Launch pads (12)")
    assert error.message.translate("zh_CN").endswith("Customs forms（3）、Launch pads（12）")


def test_a_composition_error_ends_with_the_place() -> None:
    error = CompositionError(
        LazyString("core", "Two fields of one name."),
        addon="acme", model="Lead", field="tier", file="acme/models/lead.py", line=12,
    )  # fmt: skip
    assert str(error) == "Two fields of one name. [acme, Lead.tier, acme/models/lead.py:12]"
    assert str(CompositionError(addon="acme", file="x.py")).endswith("[acme, x.py]")
    assert "[" not in str(CompositionError())


def test_missing_and_invisible_look_alike() -> None:
    assert str(NotFound()) == str(NotFound(None))
    assert NotFound().args == NotFound().args


@pytest.mark.parametrize(
    "error",
    [
        ValidationFailed({"amount": [REQUIRED]}),
        Conflict([FieldConflict("amount", AMOUNT, 1, 2, "Li Si", datetime(2026, 11, 21, tzinfo=UTC))]),
        InUse([Reference("crm_base.contact", AMOUNT, 3)]),
        Duplicate(fields=["code"], record=("crm_base.customer", 7)),
        ConfigError(REQUIRED, setting="port"),
        ManifestError(REQUIRED, addon="acme", file="manifest.py"),
        CompositionError(REQUIRED, addon="acme", line=3),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_travel_between_processes(error: KeyuanError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert vars(back) == vars(error)
    assert str(back) == str(error)
