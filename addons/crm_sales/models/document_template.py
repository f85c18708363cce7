"""Texts of contracts and proposals that are filled with data of the document (SALE-04)."""

from core.api import CompanyOwned, Mapped, _, field, longtext, selection

DOCUMENTS = [("crm_sales.quote", _("Quote")), ("crm_sales.contract", _("Contract"))]
LANGUAGES = [("zh_CN", _("Chinese")), ("en", _("English"))]


class DocumentTemplate(
    CompanyOwned,
    label=_("Document template"),
    plural=_("Document templates"),
    ordered_by="name",
    icon="template",
):
    """A text with places such as {customer.name} or {total}, which the values of a document take."""

    name: Mapped[str] = field(_("Name"), sortable=True, searchable=True, max_length=120)
    document: Mapped[str] = selection(_("For"), choices=DOCUMENTS, default="crm_sales.contract")
    language: Mapped[str] = selection(_("Language"), choices=LANGUAGES, default="zh_CN")
    is_active: Mapped[bool] = field(_("In use"), default=True)
    body: Mapped[str] = longtext(_("Text"))
