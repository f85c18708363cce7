"""Taking a file in: its kind is found, its name cleaned, its content kept, and a row says so.

stored = keep(env, "offer.pdf", stream)      # the content lies in the store
register(env, [stored])                      # in the transaction of the record that names it
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Final

from core.files.errors import FileNotTaken
from core.files.kinds import kind_of
from core.files.naming import clean_name, fitting_name
from core.files.shelf import shelf_of
from core.i18n import _
from core.orm.env import Env
from core.orm.stored_file import StoredFile

SHOWN: Final = 60


def keep(env: Env, name: str, stream: IO[bytes]) -> StoredFile:
    """Keep a content under its hash. Raises `FileNotTaken` for an empty one and for kinds that are not taken.

    `stream` is read in blocks, from its beginning, and can be sought in.
    """
    given = clean_name(name)
    if not stream.seek(0, 2):
        raise FileNotTaken(given[:SHOWN], _("the file is empty."))
    found = kind_of(stream)
    if found is None:
        raise FileNotTaken(
            given[:SHOWN],
            _(
                "this kind of file is not taken. Taken are pictures, PDF, text, office documents, mail, archives, "
                "sound and video."
            ),
        )
    kind, media = found
    sha256, size = shelf_of(env).put(stream)
    return StoredFile(fitting_name(given, kind.extensions), media, size, sha256)


def register(env: Env, files: Sequence[StoredFile]) -> None:
    """Say in the company's list of contents that these are in use; without it they go after a grace time."""
    rows = [{"name": one.name, "type": one.type, "size": one.size, "sha256": one.sha256} for one in files]
    env.sudo(_("file store")).create_many("base.file", rows)
