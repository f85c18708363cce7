"""What a company begins with: a sales process with six stages, channels, reasons, and the numbers of leads."""

from __future__ import annotations

from typing import Any, Final

from addons.crm_leads.models import Channel, Process, Stage, StageTask
from core.api import Env, LazyString, _, company_language, numbering, options, seed

LEAD_NUMBERS = numbering(
    "crm_leads.lead", title=_("Leads"), prefix="L", date_pattern="YYYYMM", width=4, reset="month"
)
OPPORTUNITY_NUMBERS = numbering(
    "crm_leads.opportunity",
    title=_("Opportunities"),
    prefix="O",
    date_pattern="YYYYMM",
    width=4,
    reset="month",
)

CLOSE_REASONS = options("crm_leads.close_reason", [
    ("invalid", _("Invalid")), ("duplicate", _("Duplicate")), ("no_need", _("No need")), ("lost", _("Lost to others")),
    ("unreachable", _("Unreachable")),
])  # fmt: skip

LOST_REASONS = options("crm_leads.lost_reason", [
    ("price", _("Price")), ("competitor", _("Competitor was better")), ("budget", _("No budget")),
    ("postponed", _("Project put off")), ("need", _("Need has changed")), ("relation", _("Relation not good enough")),
    ("delivery", _("Delivery or service")), ("other", _("Other reason")),
])  # fmt: skip

StageSeed = tuple[LazyString, int, int, LazyString, LazyString | None]

STAGES: Final[list[StageSeed]] = [
    (
        _("First contact"),
        10,
        7,
        _("The customer takes us for a possible supplier."),
        _("Clarify need, budget and time"),
    ),
    (_("Interview"), 20, 14, _("Need, budget and the people who take part in the decision are known."), None),
    (_("Decision maker met"), 40, 14, _("The decision maker wants a proposal from us."), None),
    (_("Proposal"), 60, 14, _("The customer agrees with the proposal."), _("Write and present the proposal")),
    (_("Quote"), 80, 7, _("The customer accepts price and terms in principle."), None),
    (_("Contract"), 90, 7, _("The contract is signed."), None),
]
"""Name, success rate in percent, standard duration in days, promotion criterion, task of the stage."""

CHANNELS: Final = [
    _("Search advertising"), _("Own website"), _("Trade fair"), _("Telephone enquiry"), _("Referral by customers"),
    _("WeChat"), _("Partners"),
]  # fmt: skip


@seed
def sales_process(env: Env) -> None:
    """A first process for companies that have none."""
    if env.first(Process) is not None:
        return
    language = company_language(env)
    process = env.create(Process, name=_both(_("Standard sales process")), is_default=True)
    for position, (name, rate, days, criterion, task) in enumerate(STAGES, start=1):
        stage = env.create(
            Stage, name=_both(name), process=process, sequence=position * 10, probability=rate, standard_days=days,
            criteria=criterion.translate(language),
        )  # fmt: skip
        if task is not None:
            env.create(StageTask, name=_both(task), stage=stage, days=days)


@seed
def channels(env: Env) -> None:
    """First channels for companies that have none."""
    if env.first(Channel) is None:
        rows: list[dict[str, Any]] = [{"name": _both(name)} for name in CHANNELS]
        env.create_many(Channel, rows)


def _both(name: LazyString) -> dict[str, str]:
    return {language: name.translate(language) for language in ("zh_CN", "en")}
