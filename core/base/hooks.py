"""What follows by itself when the kernel's own records change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.api import (
    Company,
    CurrencyRate,
    Department,
    Employee,
    Env,
    Hint,
    Numbering,
    Option,
    StateForbids,
    ValidationFailed,
    _,
    after_create,
    after_write,
    before_create,
    before_write,
    company_currency,
    hint,
    implements,
)  # fmt: skip
from core.base.models.hand_over import PREPARED, HandOver, HandOverLine
from core.base.pages import titles_of_lists
from core.base.services.gaps import refuse_without_drafts
from core.base.services.hand_over import count_lines
from core.base.services.leaving import hand_over_hints
from core.base.services.moves import sight_hints
from core.lifecycle.activation import prepare_company


@implements(after_create, model=Company)
def give_companies_their_first_data(env: Env, records: Sequence[Company]) -> None:
    """A new company can number its documents from the first one on."""
    for company in records:
        prepare_company(env, company.id)


@implements(after_create, model=CurrencyRate)
@implements(after_write, model=CurrencyRate)
def refuse_a_rate_of_the_own_currency(env: Env, records: Sequence[CurrencyRate]) -> None:
    """One unit of the company's currency is one unit of it."""
    if any(record.currency == company_currency(env) for record in records):
        raise ValidationFailed.at("currency", _("This is the company's own currency: it needs no rate."))


@implements(before_create, model=Option)
def refuse_unknown_lists(env: Env, rows: list[dict[str, Any]]) -> None:
    """A choice belongs to a list that some field offers."""
    if not env.is_system:
        known = titles_of_lists(env)
        for row in rows:
            if row.get("list_code") not in known:
                raise ValidationFailed.at("list_code", _("There is no option list of this code."))


@implements(before_write, model=Option)
def keep_choices_in_their_list(env: Env, records: Sequence[Any], values: Sequence[Any]) -> None:
    """A choice stays in its list."""
    for changed in values:
        if not env.is_system and changed.keys() & {"list_code", "code"}:
            raise ValidationFailed.at(
                "list_code", _("A choice stays in its list; make a new one there instead.")
            )


@implements(before_create, model=Numbering)
def refuse_new_rules_that_know_no_drafts(env: Env, rows: list[dict[str, Any]]) -> None:
    """A rule without gaps needs documents that say when they count."""
    refuse_without_drafts(env, [row.get("sequence") for row in rows if row.get("without_gaps")])


@implements(before_write, model=Numbering)
def refuse_rules_that_know_no_drafts(env: Env, records: Sequence[Any], values: Sequence[Any]) -> None:
    """The same for rules that are changed."""
    changed = [one for one, new in zip(records, values, strict=True) if new.get("without_gaps")]
    refuse_without_drafts(env, [one.sequence for one in changed])


@implements(after_create, model=HandOver)
def count_what_is_handed_over(env: Env, records: Sequence[Any]) -> None:
    """A new hand-over shows at once what there is."""
    for record in records:
        count_lines(env, record)


@implements(after_write, model=HandOver)
def count_for_another_person(env: Env, records: Sequence[Any], changes: Sequence[Any]) -> None:
    """The same when another person is chosen."""
    for record, changed in zip(records, changes, strict=True):
        if "giver" in changed:
            count_lines(env, record)


@implements(before_write, model=HandOver)
def keep_a_report_as_it_is(env: Env, records: Sequence[Any], values: Sequence[Any]) -> None:
    """What has been carried out is a report; only its remarks are still written."""
    for record, new in zip(records, values, strict=True):
        if (
            record.state != PREPARED
            and not env.is_system
            and not env.is_granted(record)
            and new.keys() - {"remarks"}
        ):
            raise StateForbids(_("What has been handed over already cannot be changed."))


@implements(before_write, model=HandOverLine)
def keep_the_lines_of_a_report(env: Env, records: Sequence[Any]) -> None:
    """The same for its lines."""
    if not env.is_system and any(line.hand_over.state != PREPARED for line in records):
        raise StateForbids(_("What has been handed over already cannot be changed."))


@hint(Department)
def say_who_sees_whom_after_the_move(env: Env, values: Mapping[str, Any]) -> list[Hint]:
    """Moving a department, or another manager, changes who sees whose records."""
    return sight_hints(env, "base.department", values)


@hint(Employee)
def say_who_sees_whom_after_the_change(env: Env, values: Mapping[str, Any]) -> list[Hint]:
    """So does another department or superior; and whoever leaves has records to hand over."""
    return [*hand_over_hints(env, values), *sight_hints(env, "base.employee", values)]
