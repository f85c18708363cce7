"""What this bridge adds to the screens of both sides."""

from addons.crm_leads.models import Opportunity
from addons.crm_leads.views import LeadForm, OpportunityForm
from addons.crm_sales.models import Contract, Order, Quote
from addons.crm_sales.views import ContractForm, OrderForm, OrderList, QuoteForm, QuoteList
from addons.crm_sales_leads.models import SoldContract, SoldLead, SoldOpportunity, SoldOrder, SoldQuote
from core.api import _, after, before, button, chain, inside, page, related


class SoldLeadForm(LeadForm, extend=True):
    changes = [
        inside("header", button(SoldLead.convert), button(SoldLead.convert_to_quote)),
        before("notebook", chain(SoldLead.quotes, SoldLead.orders, after=[SoldLead.opportunity])),
    ]


class SoldOpportunityForm(OpportunityForm, extend=True):
    changes = [
        after(
            Opportunity.win, button(SoldOpportunity.make_quote), button(SoldOpportunity.make_order),
            button(SoldOpportunity.make_contract),
        ),
        before("notebook", chain(
            SoldOpportunity.quotes, SoldOpportunity.contracts, SoldOpportunity.orders, before=[SoldOpportunity.leads],
        )),
        inside(
            "notebook",
            page(
                _("Quotes and orders"),
                related(
                    SoldOpportunity.quotes, add=False,
                    columns=[Quote.number, Quote.quoted_on, Quote.valid_until, Quote.total, Quote.state],
                ),
                related(
                    SoldOpportunity.contracts, add=False,
                    columns=[Contract.number, Contract.title, Contract.total, Contract.state],
                ),
                related(
                    SoldOpportunity.orders, add=False,
                    columns=[Order.number, Order.ordered_on, Order.total, Order.delivery_status, Order.state],
                ),
                key="crm_sales_leads",
            ),
        ),
    ]  # fmt: skip


class SoldQuoteForm(QuoteForm, extend=True):
    changes = [inside("chain", SoldQuote.opportunity, SoldQuote.lead)]


class SoldContractForm(ContractForm, extend=True):
    changes = [inside("chain", SoldContract.opportunity)]


class SoldOrderForm(OrderForm, extend=True):
    changes = [inside("chain", SoldOrder.opportunity, SoldOrder.lead)]


class SoldQuoteList(QuoteList, extend=True):
    filters = [SoldQuote.opportunity]


class SoldOrderList(OrderList, extend=True):
    filters = [SoldOrder.opportunity]
