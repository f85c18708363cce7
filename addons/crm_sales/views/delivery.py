"""Deliveries: the list, the page of one delivery, and the note that goes with the goods."""

from addons.crm_base.models import Address
from addons.crm_sales.models import Delivery, DeliveryLine
from addons.crm_sales.states import DELIVERY_DRAFT, DELIVERY_POSTED
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
    day,
    group,
    header,
    lines,
    month,
    notebook,
    page,
    party,
    preset,
    related,
    show,
    statusbar,
)  # fmt: skip


def to_ship(env: Env) -> Where:
    """Prepared."""
    return Delivery.state == DELIVERY_DRAFT


def due(env: Env) -> Where:
    """Prepared for today or before."""
    return and_(to_ship(env), Delivery.planned_on <= env.today)


def on_the_way(env: Env) -> Where:
    """Shipped, and not known to have arrived."""
    return and_(Delivery.state == DELIVERY_POSTED, Delivery.received_on.is_(None))


class DeliveryList(ListView[Delivery]):
    columns = [
        Delivery.number, Delivery.order, Delivery.customer, Delivery.state, Delivery.planned_on, Delivery.posted_at,
        Delivery.received_on, Delivery.carrier, Delivery.tracking_number,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("to_ship", _("To be shipped"), to_ship, default=True, count=True),
        preset("due", _("To be shipped today"), due, count=True),
        preset("way", _("On the way"), on_the_way),
        preset("all", _("All deliveries")),
    ]
    filters = [
        Delivery.state, Delivery.customer, Delivery.order, Delivery.carrier, Delivery.planned_on, Delivery.posted_at,
        Delivery.received_on,
    ]  # fmt: skip
    groups = [
        Delivery.state,
        Delivery.customer,
        Delivery.carrier,
        day(Delivery.planned_on),
        month(Delivery.posted_at),
    ]
    actions = [Delivery.post, Delivery.cancel]


class DeliveryForm(FormView[Delivery]):
    layout = [
        header(
            button(Delivery.post, style="primary"), button(Delivery.reverse), button(Delivery.cancel),
            statusbar(Delivery.state),
        ),
        chain(Delivery.order),
        group(
            _("Delivery"), Delivery.number, Delivery.order, Delivery.customer, Delivery.ship_to, Delivery.planned_on,
            Delivery.posted_at,
        ),
        lines(
            Delivery.lines,
            columns=[
                DeliveryLine.line, show(DeliveryLine.chosen, under=True), DeliveryLine.instalment,
                DeliveryLine.quantity,
            ],
        ),
        group(
            _("Transport"), Delivery.carrier, Delivery.tracking_number, Delivery.received_on, Delivery.received_by,
            Delivery.proof, show(Delivery.remarks, wide=True), key="transport",
        ),
        notebook(
            page(
                _("Info"), Delivery.reversed_at, Delivery.reverse_reason, Delivery.created_at, Delivery.created_by,
                Delivery.changed_at,
                Delivery.changed_by,
            )
        ),
    ]  # fmt: skip


class DeliveryPaper(PaperView[Delivery]):
    title = _("Delivery note")
    parties = [
        party(_("Sender")),
        party(_("Receiver"), Delivery.customer),
        party(_("Delivery address"), Delivery.ship_to, Address.recipient, Address.phone, Address.postcode),
    ]
    head = [Delivery.order, Delivery.planned_on, Delivery.carrier, Delivery.tracking_number]
    tables = [
        related(
            Delivery.lines, order="sequence",
            columns=[DeliveryLine.product, show(DeliveryLine.chosen, if_any=True), DeliveryLine.quantity],
        )
    ]  # fmt: skip
    signatures = [_("Handed over by"), _("Received by")]
