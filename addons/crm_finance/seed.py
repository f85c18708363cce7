"""What a company begins with: the choices of the lists, in both languages, and the numbers of documents."""

from core.api import _, numbering, options

NUMBERS = [
    numbering("crm_finance.receivable", title=_("Receivables"), prefix="AR", date_pattern="YYYYMM", width=4,
              reset="month"),
    numbering("crm_finance.receipt", title=_("Receipts"), prefix="RC", date_pattern="YYYYMM", width=4, reset="month"),
    numbering("crm_finance.invoice", title=_("Invoices"), prefix="IV", date_pattern="YYYYMM", width=4, reset="month"),
    numbering("crm_finance.expense", title=_("Expenses"), prefix="EX", date_pattern="YYYYMM", width=4, reset="month"),
]  # fmt: skip

PAYMENT_METHODS = options("crm_finance.payment_method", [
    ("transfer", _("Bank transfer")), ("cash", _("Cash")), ("cheque", _("Cheque")),
    ("acceptance", _("Bank acceptance")),
    ("wechat", _("WeChat Pay")), ("alipay", _("Alipay")), ("card", _("Card")), ("other", _("Other way")),
])  # fmt: skip

EXPENSE_KINDS = options("crm_finance.expense_kind", [
    ("travel", _("Travel")), ("hospitality", _("Hospitality")), ("gift", _("Gifts")),
    ("transport", _("Local transport")),
    ("communication", _("Communication")), ("material", _("Samples and material")), ("event", _("Events")),
    ("freight", _("Freight")), ("other", _("Other expense")),
])  # fmt: skip
