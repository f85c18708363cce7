"""The screens and the document of deals."""

from datetime import timedelta

from core.api import (
    FormView,
    ListView,
    PaperView,
    _,
    chain,
    group,
    header,
    notebook,
    page,
    party,
    process,
    related,
    statusbar,
    steps,
)
from toy_deals.models import DONE, DRAFT, SENT, Buyer, Deal, DealTask, Idea, Line, Parcel


class DealList(ListView[Deal]):
    columns = [Deal.code, Deal.buyer, Deal.total]


class DealForm(FormView[Deal]):
    layout = [
        header(statusbar(Deal.state)),
        group(None, Deal.code, Deal.buyer, Deal.day, Deal.currency, Deal.net, Deal.total, Deal.terms),
        process(Deal.state, due={SENT: Deal.day}, limits={DRAFT: timedelta(days=2)}),
        chain(Deal.idea, Deal.parcels),
        related(Deal.lines, columns=[Line.item, Line.quantity, Line.price, Line.cost]),
        notebook(
            page(_("First page"), Deal.kind),
            page(
                _("Tasks of the deal"),
                steps(
                    Deal.tasks, title=DealTask.name, state=DealTask.state, due=DealTask.due, after=DealTask.after,
                    person=DealTask.person, further=[Deal.shipping],
                ),
            ),
        ),
    ]  # fmt: skip


class IdeaForm(FormView[Idea]):
    layout = [group(None, Idea.name), chain(Idea.deals)]


class ParcelForm(FormView[Parcel]):
    layout = [group(None, Parcel.name), chain(Parcel.deal, Parcel.slips)]


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
