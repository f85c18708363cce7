"""The screens and the document of deals."""

from core.api import FormView, ListView, PaperView, _, group, header, party, related, statusbar
from toy_deals.models import DONE, SENT, Buyer, Deal, Line


class DealList(ListView[Deal]):
    columns = [Deal.code, Deal.buyer, Deal.total]


class DealForm(FormView[Deal]):
    layout = [
        header(statusbar(Deal.state)),
        group(None, Deal.code, Deal.buyer, Deal.day, Deal.currency, Deal.net, Deal.total, Deal.terms),
        related(Deal.lines, columns=[Line.item, Line.quantity, Line.price, Line.cost]),
    ]


class DealPaper(PaperView[Deal]):
    title = _("Offer")
    number = Deal.code
    parties = [party(_("Seller of the deal")), party(_("Buyer"), Deal.buyer, Buyer.address)]
    head = [Deal.day, Deal.kind, Deal.state]
    tables = [related(Deal.lines, columns=[Line.item, Line.quantity, Line.price, Line.cost])]
    totals = [Deal.margin, Deal.net, Deal.total]
    texts = [Deal.terms]
    signatures = [_("Signature of the seller"), _("Signature of the buyer")]


class AgreementPaper(PaperView[Deal]):
    name = "agreement"
    title = _("Agreement")
    states = [SENT, DONE]
    texts = [Deal.terms]
