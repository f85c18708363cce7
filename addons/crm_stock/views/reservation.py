"""What is promised."""

from addons.crm_stock.models import Reservation
from core.api import Env, FormView, ListView, Where, _, group, preset


def standing(env: Env) -> Where:
    """Goods that are still kept."""
    return Reservation.quantity > 0


class ReservationList(ListView[Reservation]):
    columns = [Reservation.title, Reservation.product, Reservation.warehouse, Reservation.quantity,
               Reservation.created_at]  # fmt: skip
    order = "-id"
    presets = [
        preset("standing", _("Goods kept"), standing, default=True),
        preset("all", _("All reservations")),
    ]
    filters = [Reservation.product, Reservation.warehouse, Reservation.quantity]
    groups = [Reservation.product, Reservation.warehouse]
    totals = [Reservation.quantity]


class ReservationForm(FormView[Reservation]):
    layout = [
        group(_("Reservation"), Reservation.title, Reservation.quantity, Reservation.product, Reservation.warehouse,
              Reservation.level, Reservation.created_at, Reservation.changed_at),
    ]  # fmt: skip
