"""What the life cycle refuses, with what the reader can do about it."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import AddonError, KeyuanError, UserError
from core.i18n import LazyString, _


class NewerDatabase(KeyuanError):
    """The database was made by a newer version than the running code; going on could damage it."""

    def __init__(self, what: LazyString | str, stored: str, running: str) -> None:
        self.stored, self.running = stored, running
        super().__init__(
            _("The database belongs to version {stored} of {what}, but version {running} is installed. Install "
              "version {stored} or later; older code does not start on this database.",
              what=what, stored=stored, running=running)
        )  # fmt: skip


class NotInitialised(KeyuanError):
    """There is a database, but no deployment in it."""

    default = _("This database holds no deployment yet. Run `keyuan init` first.")


class AlreadyInitialised(KeyuanError):
    """A second `init` would not be what the caller expects."""

    default = _("This database holds a deployment already.")


class TablesInUse(KeyuanError):
    """A change of tables waited too long for others; nothing was changed."""

    default = _("Other work kept the tables busy, and nothing was changed. Please try again in a moment.")


class UnknownAddon(AddonError):
    """An addon that is not there under this name."""

    def __init__(self, name: str) -> None:
        super().__init__(_("There is no installed addon named {name}.", name=name), addon=name)


class DependenciesNeeded(UserError):
    """Switching an addon on needs others too; asked once, then all are switched on together."""

    def __init__(
        self, title: LazyString | str, addons: Sequence[str], titles: Sequence[LazyString | str]
    ) -> None:
        self.addons = tuple(addons)
        super().__init__(
            _("{title} needs {others}, which will be switched on too. Please confirm.",
              title=title, others=list(titles))
        )  # fmt: skip


class StillNeeded(UserError):
    """An addon that others in this company build on stays on."""

    def __init__(
        self, title: LazyString | str, addons: Sequence[str], titles: Sequence[LazyString | str]
    ) -> None:
        self.addons = tuple(addons)
        super().__init__(
            _("{title} is needed by {others}. Switch these off first.", title=title, others=list(titles))
        )  # fmt: skip


class NeededByOthers(UserError):
    """An addon that other installed addons build on stays in the deployment."""

    def __init__(self, name: str, others: Sequence[str]) -> None:
        self.addons = tuple(others)
        super().__init__(
            _("{name} is needed by {others}. Remove these first.", name=name, others=list(others))
        )


class KeptAside(AddonError):
    """An addon that was removed has its tables and rows still; installing it would make a second set."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("{name} was removed and its data are kept. Restore it instead of installing it.", name=name),
            addon=name,
        )


class NotRemoved(AddonError):
    """Only what was removed can be brought back or purged."""

    def __init__(self, name: str) -> None:
        super().__init__(_("{name} is not among the removed addons.", name=name), addon=name)


class NoCopyPossible(KeyuanError):
    """A copy of the database cannot be made here."""


class NameNotTyped(UserError):
    """What is lost for good is confirmed in writing."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("To purge the addon, type its name exactly: {name}. Nothing was changed.", name=name)
        )


class ArchiveRefused(UserError):
    """An archive that cannot be trusted or does not fit; nothing of it was read."""

    def __init__(self, archive: str, why: LazyString | str) -> None:
        super().__init__(
            _("The archive {archive} is refused: {why} Nothing was changed.", archive=archive, why=why)
        )
