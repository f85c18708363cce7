"""The company's own processes of fulfilling orders (SALE-12)."""

from core.api import (
    CompanyOwned,
    Mapped,
    Option,
    User,
    _,
    field,
    many2many,
    many2one,
    one2many,
    option,
    translated,
)


class ProcessTemplate(
    CompanyOwned, label=_("Process template"), plural=_("Process templates"), ordered_by="id", icon="route"
):
    """The tasks that orders of one type get when they are confirmed."""

    name: Mapped[dict[str, str]] = translated(_("Name"))
    order_type: Mapped[Option | None] = option(
        _("Order type"),
        list="crm_sales.order_type",
        default=None,
        help=_("Empty: for orders of all other types."),
    )
    is_active: Mapped[bool] = field(_("In use"), default=True)
    steps: Mapped[list["TemplateStep"]] = one2many(_("Steps"), back="template")


class TemplateStep(
    CompanyOwned, label=_("Step of a template"), plural=_("Steps of templates"), ordered_by="sequence",
    icon="list-check", part_of="template",
):  # fmt: skip
    """A task of the process: who does it, how long it may take, which tasks come before it."""

    template: Mapped[ProcessTemplate] = many2one(_("Process template"), on_delete="part_of")
    sequence: Mapped[int] = field(_("Position"), default=10, sortable=True)
    name: Mapped[dict[str, str]] = translated(_("Task"))
    assignee: Mapped[User | None] = many2one(
        _("Assignee"), default=None, on_delete="clear", help=_("Empty: the salesperson of the order.")
    )
    days: Mapped[int] = field(_("Days it may take"), default=1, minimum=0, maximum=3650)
    after: Mapped[list["TemplateStep"]] = many2many(_("Begins after"))
