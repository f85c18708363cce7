"""Contracts: the list, the page of one contract, and the paper to sign."""

from addons.crm_base.models import Customer
from addons.crm_sales.models import Contract, ContractLine, Order
from addons.crm_sales.states import CONTRACT_APPROVED, CONTRACT_DRAFT, CONTRACT_IN_FORCE, CONTRACT_SIGNED
from addons.crm_sales.views.papers import (
    amounts_of,
    prices_of,
    printed_amounts_of,
    printed_lines_of,
    reminders_of,
    terms_of,
)
from core.api import (
    Env,
    FormView,
    ListView,
    PaperView,
    Where,
    _,
    and_,
    button,
    chain,
    group,
    header,
    lines,
    month,
    notebook,
    page,
    party,
    preset,
    process,
    related,
    show,
    statusbar,
)  # fmt: skip


def in_force(env: Env) -> Where:
    """Orders may be called off."""
    return Contract.state == CONTRACT_IN_FORCE


def mine(env: Env) -> Where:
    """The caller's, in preparation or in force."""
    begun = (CONTRACT_DRAFT, CONTRACT_APPROVED, CONTRACT_SIGNED, CONTRACT_IN_FORCE)
    return and_(Contract.owner == env.user_id, Contract.state.in_(begun))


def in_preparation(env: Env) -> Where:
    """Not signed yet."""
    return Contract.state.in_((CONTRACT_DRAFT, CONTRACT_APPROVED))


def ending(env: Env) -> Where:
    """In force, and at its end within this month."""
    return and_(in_force(env), env.condition(Contract, "ends_on", "eq", "this_month"))


class ContractList(ListView[Contract]):
    columns = [
        Contract.number, Contract.title, Contract.customer, Contract.state, Contract.ends_on, Contract.total,
        Contract.kind, Contract.owner, Contract.starts_on, Contract.currency,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("in_force", _("In force"), in_force, default=True),
        preset("mine", _("My contracts"), mine, count=True),
        preset("preparation", _("In preparation"), in_preparation),
        preset("ending", _("Ending this month"), ending, count=True),
        preset("all", _("All contracts")),
    ]
    filters = [
        Contract.state, Contract.kind, Contract.customer, Contract.owner, Contract.signed_on, Contract.starts_on,
        Contract.ends_on, Contract.company_total,
    ]  # fmt: skip
    groups = [Contract.state, Contract.kind, Contract.owner, Contract.customer, month(Contract.ends_on)]
    totals = [Contract.company_total]
    actions = [
        Contract.approve, Contract.put_in_force, Contract.complete, Contract.terminate, Contract.cancel,
    ]  # fmt: skip


class ContractForm(FormView[Contract]):
    layout = [
        header(
            button(Contract.call_off, style="primary"), button(Contract.sign, style="primary"),
            button(Contract.put_in_force, style="primary"), button(Contract.approve), button(Contract.redraft),
            button(Contract.complete), button(Contract.fill_template), button(Contract.renew), button(Contract.remind),
            button(Contract.terminate), button(Contract.cancel), statusbar(Contract.state),
        ),
        chain(Contract.quote, Contract.orders),
        group(
            _("Contract"), Contract.number, Contract.title, Contract.customer, Contract.contact, Contract.kind,
            Contract.owner, Contract.starts_on, Contract.ends_on, Contract.signed_on,
        ),
        group(_("Parties"), Contract.our_party, Contract.other_party, Contract.third_party, key="parties"),
        prices_of(Contract),
        lines(
            Contract.lines,
            columns=[
                ContractLine.product, show(ContractLine.configuration, label=_("Options")),
                show(ContractLine.price_reason, under=True), ContractLine.kind,
                ContractLine.quantity, ContractLine.unit,
                ContractLine.unit_price, ContractLine.discount, ContractLine.tax, ContractLine.gross,
                ContractLine.called_off, ContractLine.left, ContractLine.description,
            ],
            totals=amounts_of(Contract),
        ),
        terms_of(Contract),
        notebook(
            page(_("Text"), show(Contract.document_text, wide=True), Contract.signed_file),
            page(
                _("Orders"),
                related(Contract.orders, add=False, columns=[Order.number, Order.ordered_on, Order.total, Order.state]),
            ),
            page(
                _("Renewals"), Contract.quote, Contract.previous,
                related(
                    Contract.renewals, add=False,
                    columns=[Contract.number, Contract.title, Contract.ends_on, Contract.state],
                ),
            ),
            reminders_of(Contract),
            page(_("Course"), process(Contract.state, due={CONTRACT_IN_FORCE: Contract.ends_on})),
            page(
                _("Info"), Contract.end_reason, Contract.created_at, Contract.created_by, Contract.changed_at,
                Contract.changed_by,
            ),
        ),
    ]  # fmt: skip


class ContractPaper(PaperView[Contract]):
    title = _("Contract")
    parties = [
        party(_("Seller")),
        party(_("Buyer"), Contract.customer, Customer.region, Customer.phone, Customer.tax_number),
    ]
    head = [Contract.title, Contract.kind, Contract.starts_on, Contract.ends_on, Contract.currency]
    tables = printed_lines_of(Contract, ContractLine)
    totals = printed_amounts_of(Contract)
    texts = [Contract.document_text, Contract.terms]
    signatures = [_("Seller"), _("Buyer")]
