"""What a company takes from roles of single fields, and of the rows of a model by the value of one field."""

from typing import Final

from sqlalchemy.orm import Mapped

from core.auth.models.role import Role
from core.i18n import _
from core.orm.fields import field as text_field
from core.orm.fields import many2one, selection
from core.orm.model import Shared

HIDDEN, READONLY, EDITABLE = "hidden", "readonly", "editable"
RIGHTS: Final = [(HIDDEN, _("Hidden")), (READONLY, _("Read only")), (EDITABLE, _("Editable"))]


class FieldRight(
    Shared, label=_("Field right"), plural=_("Field rights"), display="field", ordered_by="model", icon="eye-off",
    unique=[("role", "model", "field")],
    names=("model", "field"),
):  # fmt: skip
    """What the holders of a role may do with one field, as far as its declaration lets them.

    Of several roles that let somebody at the model, the most generous counts. A role without a row leaves the field
    as it is declared.
    """

    role: Mapped[Role] = many2one(_("Role"), to="base.role", on_delete="part_of", index=True)
    model: Mapped[str] = text_field(_("Kind of record"), sortable=True, max_length=100)
    field: Mapped[str] = text_field(_("Field"), sortable=True, max_length=100)
    right: Mapped[str] = selection(_("Right"), choices=RIGHTS)


class ValueLimit(
    Shared, label=_("Limit of a role"), plural=_("Limits of roles"), display="value", ordered_by="model",
    icon="filter", unique=[("role", "model", "field", "value")],
    names=("model", "field"),
):  # fmt: skip
    """A role reaches only those records of a model whose field has one of its values: one row for each value.

    A record without a value is not among them. Of several roles, each reaches what it is let at.
    """

    role: Mapped[Role] = many2one(_("Role"), to="base.role", on_delete="part_of", index=True)
    model: Mapped[str] = text_field(_("Kind of record"), sortable=True, max_length=100)
    field: Mapped[str] = text_field(_("Field"), max_length=100)
    value: Mapped[str] = text_field(
        _("Value"), max_length=100, help=_("The number of a record or choice, or the code of a selection.")
    )
