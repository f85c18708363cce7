"""What crates ship."""

from core.i18n import _
from core.orm.declared import numbering, options

WOODS = options("toy_crates.wood", [("oak", _("Oak")), ("pine", _("Pine"))])
CRATES = numbering("toy_crates.crate", prefix="C", width=4)
