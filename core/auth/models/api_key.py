"""A key by which a program works in somebody's name, in one company."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Mapped

from core.auth.models.company import Company
from core.auth.models.role import active_company
from core.auth.models.user import User
from core.i18n import LazyString, _
from core.orm.fields import field, many2one, secret, selection, sentence
from core.orm.model import WalledDeployment

READ: Final = "read"
WRITE: Final = "write"
SCOPES: Final = [(READ, _("Read only")), (WRITE, _("Read and write"))]
LONGEST_NAME: Final = 100


class ApiKey(
    WalledDeployment, label=_("API key"), plural=_("API keys"), display="name", ordered_by="-id", icon="key",
    undoable=False,
):  # fmt: skip
    """The secret itself is shown once and not stored; `start` are the first characters, to recognise it by.

    A request finds its key before it knows a company, so the wall around these rows is opened by name for that look.
    """

    company: Mapped[Company] = many2one(
        _("Company"),
        to="base.company",
        default=active_company,
        on_delete="part_of",
        readonly=True,
        index=True,
    )
    user: Mapped[User] = many2one(
        _("User"), to="base.user", on_delete="part_of", index=True, readonly=True,
        help=_("In whose name the program works."),
    )  # fmt: skip
    name: Mapped[str] = field(
        _("Name"), max_length=LONGEST_NAME, readonly=True, sortable=True, searchable=True
    )
    start: Mapped[str] = field(_("Begins with"), max_length=20, readonly=True)
    token_hash: Mapped[str] = secret(_("Key"), unique=True, readonly=True)
    scope: Mapped[str] = selection(_("May"), choices=SCOPES, default=READ, readonly=True)
    models: Mapped[str | None] = field(
        _("Record types by code"), default=None, readonly=True, max_length=4000,
        help=_("Empty: every type that the user may work with."),
    )  # fmt: skip
    kinds: Mapped[LazyString | None] = sentence(_("Record types"), default=None)
    expires: Mapped[datetime] = field(_("Expires"), readonly=True, sortable=True)
    last_used: Mapped[datetime | None] = field(_("Last used"), default=None, readonly=True, sortable=True)
    last_address: Mapped[str | None] = field(_("Last used from"), default=None, readonly=True, max_length=60)
    reminded_at: Mapped[datetime | None] = field(_("Reminded at"), default=None, readonly=True)
    revoked_at: Mapped[datetime | None] = field(_("Revoked at"), default=None, readonly=True)
    revoked_by: Mapped[User | None] = many2one(
        _("Revoked by"), to="base.user", default=None, readonly=True, on_delete="clear"
    )
