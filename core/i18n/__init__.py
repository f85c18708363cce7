"""Languages: lazy texts, a catalogue per addon, formats of values, and reading what people type.

English is the language of the source; a text is never shown as a key. A text is marked where it is written,
``_("Customer")``, carries the domain of its addon, and is put into words only for a reader::

    with use_language("zh_CN"):
        str(_("Customer"))          # 客户

Whoever reads a request, runs a job or writes a mail opens `use_language` and `use_time_zone`; nothing here
knows them.
"""

from core.i18n.catalogue import CORE_DOMAIN, catalogue_problems, forget_domain, lookup, register_domain
from core.i18n.formats import Kind, formatter
from core.i18n.language import (
    LANGUAGES,
    current_language,
    current_time_zone,
    locale_of,
    negotiate,
    time_zone,
    use_language,
    use_time_zone,
)
from core.i18n.lazy import (
    LazyString,
    Translator,
    _,
    _n,
    _p,
    domain_of,
    render_argument,
    translator,
    written_about,
)
from core.i18n.numbers import Format
from core.i18n.parsing import parse_date, parse_datetime, parse_decimal

__all__ = [
    "CORE_DOMAIN",
    "LANGUAGES",
    "Format",
    "Kind",
    "LazyString",
    "Translator",
    "_",
    "_n",
    "_p",
    "catalogue_problems",
    "current_language",
    "current_time_zone",
    "domain_of",
    "forget_domain",
    "formatter",
    "locale_of",
    "lookup",
    "negotiate",
    "parse_date",
    "parse_datetime",
    "parse_decimal",
    "register_domain",
    "render_argument",
    "time_zone",
    "translator",
    "use_language",
    "use_time_zone",
    "written_about",
]
