"""The contents of a company, and the files that hang on its records."""

from sqlalchemy.orm import Mapped

from core.auth.models import Option
from core.files.document_kinds import DOCUMENT_KINDS
from core.i18n import _
from core.orm.fields import field, file, option
from core.orm.model import CompanyOwned
from core.orm.stored_file import StoredFile


class File(
    CompanyOwned,
    label=_("Stored file"),
    plural=_("Stored files"),
    display="name",
    ordered_by="-id",
    icon="file",
):
    """That a content was brought in: as long as there is a row, in the bin or out of it, the content is kept."""

    name: Mapped[str] = field(_("Name"), readonly=True)
    type: Mapped[str] = field(_("Type"), readonly=True)
    size: Mapped[int] = field(_("Size"), readonly=True, help=_("In bytes."))
    sha256: Mapped[str] = field(_("SHA-256"), readonly=True, index=True)


class Attachment(
    CompanyOwned,
    label=_("Attachment"),
    plural=_("Attachments"),
    display="name",
    ordered_by="-id",
    icon="paperclip",
    names=("model",),
):
    """A file of a record. Who may read the record may read it; while the record is in the bin, it is there too.

    A new content replaces the old one; the audit of the field is its history of versions. Kind and remark are of the
    document, whatever its version.
    """

    name: Mapped[str] = field(_("Name"), readonly=True, searchable=True, sortable=True)
    model: Mapped[str] = field(_("Record type"), readonly=True, index=True)
    record_id: Mapped[int] = field(_("Record"), readonly=True, index=True)
    content: Mapped[StoredFile] = file(_("File"), readonly=True, tracked=True)
    kind: Mapped[Option | None] = option(_("Document kind"), list=DOCUMENT_KINDS, default=None, tracked=True)
    remark: Mapped[str | None] = field(
        _("Remark"), default=None, searchable=True, tracked=True, max_length=500
    )


MODELS = (File, Attachment)
"""For the loader: the kernel's addon lists this module once."""
