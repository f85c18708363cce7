"""Crates refer to one another, to articles, to people and to files."""

from typing import Optional

from toy_wares.models.article import Article

from core.auth.models import Option, User
from core.i18n import _
from core.orm.fields import field, file, many2many, many2one, number, option
from core.orm.model import CompanyOwned, Mapped
from core.orm.stored_file import StoredFile


class Crate(CompanyOwned, label=_("Crate"), plural=_("Crates"), display="name"):
    """A crate, perhaps in another one."""

    code: Mapped[str] = number(_("Code"), sequence="toy_crates.crate")
    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True)
    note: Mapped[str | None] = field(_("Note"), default=None)
    wood: Mapped[Option | None] = option(_("Wood"), list="toy_crates.wood", default=None)
    inside: Mapped[Optional["Crate"]] = many2one(_("Inside of"), default=None)
    first: Mapped[Optional["Content"]] = many2one(_("First"), default=None, on_delete="clear")
    keeper: Mapped[User | None] = many2one(_("Keeper"), default=None)
    packers: Mapped[list[User]] = many2many(_("Packers"))
    paper: Mapped[StoredFile | None] = file(_("Paper"), default=None)


class Content(CompanyOwned, label=_("Content"), plural=_("Contents"), display="name", part_of="crate"):
    """An article in a crate."""

    crate: Mapped[Crate] = many2one(_("Crate"), on_delete="part_of")
    article: Mapped[Article] = many2one(_("Article"))
    name: Mapped[str] = field(_("Name"), default="")


class CratedArticle(Article, extend=True):
    """An article knows its crate."""

    crate: Mapped[Crate | None] = many2one(_("Crate"), default=None)
    weight: Mapped[int | None] = field(_("Weight"), default=None)


class Slip(CompanyOwned, label=_("Slip"), plural=_("Slips"), display="text", immutable=True):
    """Written once."""

    text: Mapped[str] = field(_("Text"))
    crate: Mapped[Crate | None] = many2one(_("Crate"), default=None)
