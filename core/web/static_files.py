"""Files for the browser under addresses that contain the hash of their folder, so that they are kept for a year.

`/static/<hash>/<addon>/<path>`: one hash for a whole folder, hence relative addresses inside style sheets work. Only
files that were there at start are served, by exact name; what the browser names is never joined to a path.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyramid.response import FileResponse, Response

from core.errors import NotFound
from core.web.request import Request
from core.web.routes import endpoint

FOLDER: Final = Path(__file__).resolve().parent / "static"
KERNEL: Final = "core"
_KEPT_IN_MEMORY: Final = 2 << 20
_COMPRESSED: Final = ("text/", "application/javascript", "application/json", "image/svg+xml")
_TYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
FOR_EVER: Final = "public, max-age=31536000, immutable"
FOR_A_MINUTE: Final = "public, max-age=60"


@dataclass
class StaticFile:
    """One file; small ones are kept in memory, compressed where that helps."""

    path: Path
    media_type: str
    body: bytes | None = None
    compressed: bytes | None = None

    def load(self) -> None:
        if self.path.stat().st_size > _KEPT_IN_MEMORY:
            return
        self.body = self.path.read_bytes()
        if len(self.body) > 1000 and self.media_type.startswith(_COMPRESSED):
            self.compressed = gzip.compress(self.body, 6, mtime=0)


@dataclass
class StaticFiles:
    """All static files of the kernel and the installed addons, by (addon, path)."""

    folders: Mapping[str, Path]
    reload: bool = False
    hashes: dict[str, str] = field(default_factory=dict)
    files: dict[tuple[str, str], StaticFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for addon, folder in self.folders.items():
            digest = hashlib.sha256()
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                name = path.relative_to(folder).as_posix()
                digest.update(name.encode() + b"\0" + path.read_bytes())
                self.files[addon, name] = StaticFile(path, media_type(path))
            self.hashes[addon] = digest.hexdigest()[:12]

    def has(self, name: str, addon: str = KERNEL) -> bool:
        return (addon, name) in self.files

    def url(self, name: str, addon: str = KERNEL) -> str:
        """The address of a file. Raises KeyError when there is no such file, so that a page cannot lose it silently."""
        if (addon, name) not in self.files:
            raise KeyError(f"{addon} has no static file {name!r}")
        return f"/static/{self.hashes[addon]}/{addon}/{name}"


def media_type(path: Path) -> str:
    return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


@endpoint("static", "/static/{hash}/{addon}/*path", "GET", database=False, public=True)
def serve(request: Request) -> Response:
    """A page opened before an upgrade still finds its files: another hash gives today's file, for a minute."""
    files: StaticFiles = request.registry.settings["keyuan.static"]
    addon, name = request.matchdict["addon"], "/".join(request.matchdict["path"])
    found = files.files.get((addon, name))
    if found is None:
        raise NotFound()
    if found.body is None or files.reload:
        found.load()
    response = _response(request, found)
    if files.reload:
        response.headers["Cache-Control"] = "no-cache"
    else:
        is_current = request.matchdict["hash"] == files.hashes[addon]
        response.headers["Cache-Control"] = FOR_EVER if is_current else FOR_A_MINUTE
    return response


def _response(request: Request, found: StaticFile) -> Response:
    if found.body is None:
        return FileResponse(str(found.path), request=request, content_type=found.media_type)
    charset = "utf-8" if found.media_type.startswith("text/") else None
    response = Response(found.body, content_type=found.media_type, charset=charset)
    if found.compressed is not None:
        response.vary = ("Accept-Encoding",)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.body = found.compressed
            response.content_encoding = "gzip"
    return response
