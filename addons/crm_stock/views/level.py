"""What is there: the list of levels, and the page of one with its entries."""

from addons.crm_stock.models import Level, Movement, Reservation
from core.api import Env, FormView, ListView, Where, _, group, note, notebook, or_, page, preset, related


def there(env: Env) -> Where:
    """Levels in which something lies, is promised, or on its way."""
    return or_(Level.on_hand != 0, Level.reserved != 0, Level.on_order != 0)


def below_minimum(env: Env) -> Where:
    """Less than there should be, with what is on its way."""
    return Level.lacking > 0


def sold_out(env: Env) -> Where:
    """Nothing is left that could be promised."""
    return Level.available <= 0


def negative(env: Env) -> Where:
    """More has left than came."""
    return Level.on_hand < 0


class LevelList(ListView[Level]):
    columns = [
        Level.product, Level.warehouse, Level.location, Level.on_hand, Level.reserved, Level.available, Level.on_order,
        Level.minimum, Level.average_cost, Level.value, Level.moved_at,
    ]  # fmt: skip
    order = "-available"
    presets = [
        preset("there", _("In stock"), there, default=True),
        preset("below", _("Below the minimum"), below_minimum, count=True),
        preset("sold_out", _("Nothing available"), sold_out),
        preset("negative", _("Negative stock"), negative),
        preset("all", _("All levels")),
    ]
    filters = [Level.product, Level.warehouse, Level.location, Level.on_hand, Level.available, Level.moved_at]
    groups = [Level.warehouse, Level.product, Level.location]
    totals = [Level.on_hand, Level.reserved, Level.available, Level.on_order, Level.value]


class LevelForm(FormView[Level]):
    layout = [
        group(_("Stock level"), Level.product, Level.warehouse, Level.location, Level.minimum),
        group(_("Balances"), Level.on_hand, Level.reserved, Level.available, Level.on_order, Level.lacking,
              Level.moved_at),
        group(_("Value"), Level.average_cost, Level.value),
        notebook(
            page(
                _("Movements"),
                related(
                    Level.movements, add=False, order="-id",
                    columns=[
                        Movement.posted_at, Movement.document, Movement.reason, Movement.quantity, Movement.balance,
                        Movement.unit_cost, Movement.value,
                    ],
                ),
            ),
            page(
                _("Reservations"),
                related(
                    Level.reservations, add=False, order="-quantity",
                    columns=[Reservation.title, Reservation.quantity, Reservation.created_at],
                ),
            ),
        ),
        note(_("Quantities are in the product's unit. Documents, orders and production change them.")),
    ]  # fmt: skip
