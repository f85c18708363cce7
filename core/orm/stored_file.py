"""What a record knows of a file. The content lies in the file store (`core.files`), under its hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A value of a field of kind `file`: made by the file store alone, never of what somebody typed.

    `name` is cleaned, `type` is a media type found in the content, `size` is in bytes, `sha256` in hexadecimal.
    """

    name: str
    type: str
    size: int
    sha256: str

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "type": self.type, "size": self.size, "sha256": self.sha256}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> StoredFile:
        return cls(str(value["name"]), str(value["type"]), int(value["size"]), str(value["sha256"]))

    @property
    def media(self) -> str:
        """The type without its parameters."""
        return self.type.partition(";")[0]

    def __str__(self) -> str:
        return self.name
