"""Quotes: the list, the page of one quote, and the paper for the customer."""

from addons.crm_base.models import Customer
from addons.crm_sales.models import Contract, Order, Quote, QuoteLine
from addons.crm_sales.states import (
    OPEN_QUOTE_STATES,
    QUOTE_ACCEPTED,
    QUOTE_EXPIRED,
    QUOTE_REPLACED,
    QUOTE_SENT,
)
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


def is_open(env: Env) -> Where:
    """Neither decided nor expired."""
    return Quote.state.in_(OPEN_QUOTE_STATES)


def mine(env: Env) -> Where:
    """What the caller has offered."""
    return and_(Quote.owner == env.user_id, is_open(env))


def sent(env: Env) -> Where:
    """The customer has to decide."""
    return Quote.state == QUOTE_SENT


def ending(env: Env) -> Where:
    """Sent, and valid for this week only."""
    return and_(sent(env), env.condition(Quote, "valid_until", "eq", "this_week"))


def accepted(env: Env) -> Where:
    """An order or a contract is to be made."""
    return Quote.state == QUOTE_ACCEPTED


def expired(env: Env) -> Where:
    """Their last day has passed; they can be prolonged or made anew."""
    return Quote.state == QUOTE_EXPIRED


def newest(env: Env) -> Where:
    """Without versions that later ones have replaced."""
    return Quote.state != QUOTE_REPLACED


class QuoteList(ListView[Quote]):
    columns = [
        Quote.number, Quote.customer, Quote.state, Quote.title, Quote.valid_until, Quote.total, Quote.owner,
        Quote.quoted_on, Quote.currency,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("open", _("Open quotes"), is_open, default=True),
        preset("mine", _("My quotes"), mine, count=True),
        preset("sent", _("Waiting for the customer"), sent),
        preset("ending", _("Ending this week"), ending, count=True),
        preset("accepted", _("Accepted, to be ordered"), accepted, count=True),
        preset("expired", _("Expired"), expired),
        preset("newest", _("All newest versions"), newest),
        preset("all", _("All quotes")),
    ]
    filters = [
        Quote.state, Quote.customer, Quote.owner, Quote.quoted_on, Quote.valid_until, Quote.company_total,
        Quote.currency, Quote.decided_on,
    ]  # fmt: skip
    groups = [Quote.state, Quote.owner, Quote.customer, month(Quote.quoted_on)]
    totals = [Quote.company_total]
    actions = [Quote.approve, Quote.mark_sent, Quote.accept, Quote.prolong, Quote.decline]


class QuoteForm(FormView[Quote]):
    layout = [
        header(
            button(Quote.mark_sent, style="primary"), button(Quote.accept, style="primary"),
            button(Quote.make_order, style="primary"), button(Quote.make_contract), button(Quote.approve),
            button(Quote.prolong), button(Quote.redraft), button(Quote.new_version), button(Quote.decline),
            button(Quote.copy_as_new), button(Quote.remind), button(Quote.fill_template), statusbar(Quote.state),
        ),
        chain(Quote.contracts, Quote.orders),
        group(
            _("Quote"), Quote.number, Quote.title, Quote.customer, Quote.contact, Quote.quoted_on, Quote.valid_until,
            Quote.owner, Quote.version_number,
        ),
        prices_of(Quote),
        lines(
            Quote.lines,
            columns=[
                QuoteLine.product, show(QuoteLine.configuration, label=_("Options")),
                show(QuoteLine.price_reason, under=True), QuoteLine.quantity,
                QuoteLine.unit, QuoteLine.unit_price, QuoteLine.discount,
                QuoteLine.tax, QuoteLine.gross, QuoteLine.net, QuoteLine.description,
            ],
            totals=amounts_of(Quote),
        ),
        terms_of(Quote),
        notebook(
            page(_("Text"), show(Quote.document_text, wide=True)),
            page(
                _("Versions"), Quote.previous,
                related(
                    Quote.next_versions, add=False,
                    columns=[Quote.number, Quote.quoted_on, Quote.total, Quote.state],
                ),
            ),
            page(
                _("Orders and contracts"),
                related(Quote.orders, add=False, columns=[Order.number, Order.ordered_on, Order.total, Order.state]),
                related(
                    Quote.contracts, add=False,
                    columns=[Contract.number, Contract.title, Contract.total, Contract.state],
                ),
            ),
            reminders_of(Quote),
            page(
                _("Result"), process(Quote.state, due={QUOTE_SENT: Quote.valid_until}), Quote.sent_at, Quote.decided_on,
                Quote.decline_reason,
            ),
            page(_("Info"), Quote.created_at, Quote.created_by, Quote.changed_at, Quote.changed_by),
        ),
    ]  # fmt: skip


class QuotePaper(PaperView[Quote]):
    title = _("Quotation")
    parties = [
        party(_("Seller")),
        party(_("Customer"), Quote.customer, Customer.region, Customer.phone),
    ]
    head = [Quote.quoted_on, Quote.valid_until, Quote.contact, Quote.owner, Quote.currency]
    tables = printed_lines_of(Quote, QuoteLine)
    totals = printed_amounts_of(Quote)
    texts = [Quote.document_text, Quote.terms]
    signatures = [_("Seller"), _("Customer")]
