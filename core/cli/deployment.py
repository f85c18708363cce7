"""What most commands begin with: settings, a running database server, the database as both roles."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core.cli.options import overrides_of
from core.config import Config, load_config
from core.errors import AddonError, UserError
from core.i18n import _
from core.lifecycle.database import Database, database_of
from core.lifecycle.generation import current_generation, installed_addons, removed_addons
from core.lifecycle.quarantine import compose_fitting
from core.lifecycle.standing import fitting_the_tables
from core.mail.server import outside
from core.modules.discovery import Found, discover
from core.modules.graph import knows, order, with_dependencies
from core.modules.loader import LoadedAddon, load
from core.orm.compose import Composition, composition
from core.orm.engine import Scope, session_factory, set_scope
from core.orm.trust import TRUSTED
from core.server.embedded import EmbeddedServer


@dataclass(frozen=True)
class CompanyRow:
    """A company as commands need it."""

    id: int
    code: str
    name: str


@dataclass
class Deployment:
    """An open deployment. Close it by leaving `opened`."""

    config: Config
    database: Database

    @cached_property
    def owner(self) -> Engine:
        return self.database.owner_engine()

    @cached_property
    def app(self) -> Engine:
        return self.database.app_engine(application_name="keyuan-cli", pool_size=2)

    def generation(self) -> int:
        """The number of the composition that the database belongs to; 0 before the first."""
        with self.owner.connect() as connection:
            found = current_generation(connection)
        return found.number if found is not None else 0

    def is_initialised(self) -> bool:
        return self.generation() > 0

    def installed(self) -> list[str]:
        with self.owner.connect() as connection:
            return list(installed_addons(connection))

    def found(self, wanted: Collection[str] = (), *, returning: str = "") -> list[Found]:
        """The addons that there is code for. Those that are removed are among them only where they are `wanted` or
        needed for that: a removed bridge does not come back by itself, but with the addon that is `returning`.
        """
        found = discover(self.config)
        if not self.is_initialised():
            return found
        with self.owner.connect() as connection:
            removed = removed_addons(connection)
        manifests = {one.name: one.manifest for one in found if one.manifest is not None}
        asked = with_dependencies(found, (*wanted, returning))
        asked |= {
            name for name, manifest in manifests.items()
            if manifest.auto_install and knows(manifests, name, returning)
        }  # fmt: skip
        return [one for one in found if one.name not in removed or one.name in asked]

    def load(self, wanted: Collection[str] | None = None) -> list[LoadedAddon]:
        """Import addons in order: those named, else all that are found; quarantined ones carry their error."""
        found = self.found(wanted or ())
        names = [one.name for one in found] if wanted is None else list(wanted)
        if self.config.safe_mode:
            names = []
        return load(order(found, names, complete=wanted is None or bool(wanted)))

    def compose_installed(self, *, to_bring_up: bool = False) -> Composition:
        """The composition of what is installed, can be composed, and has the tables that its code needs; `aside` tells
        of the rest. Whoever is going to bring the database up says so, and gets those with older tables as well.
        """
        if not self.is_initialised():
            raise UserError(_("There is no deployment yet. Run `keyuan init` or `keyuan demo` first."))
        loaded = load(order(self.found(), self.installed(), complete=False))
        if self.config.safe_mode:
            loaded = [_kept_out(addon) for addon in loaded]
        elif not to_bring_up:
            loaded = self.fitting(loaded)
        return compose_fitting(loaded)

    def fitting(self, loaded: Sequence[LoadedAddon], *changing: str) -> list[LoadedAddon]:
        """The same addons, those whose tables their code does not fit set aside; but not those that are `changing`."""
        with self.owner.connect() as connection:
            return fitting_the_tables(connection, loaded, changing)

    def compose_found(self, wanted: Collection[str] | None = None) -> Composition:
        """The composition of a new deployment: addons that are named, else all; says which stand aside."""
        loaded = self.load(wanted)
        for addon in loaded:
            if addon.error is not None:
                print(f"keyuan: addon {addon.name} stands aside: {addon.error}")
        return compose_fitting(loaded)

    def close(self) -> None:
        """Give the connections back; the next use opens new ones."""
        for name in ("owner", "app"):
            if name in self.__dict__:
                self.__dict__[name].dispose()

    def companies(self) -> list[CompanyRow]:
        """All companies by id."""
        table = composition().info("base.company").table
        with self.session() as session:
            columns = (table.c.id, table.c.code, table.c.name)
            rows = session.execute(
                select(*columns).where(table.c.deleted_at.is_(None)).order_by(table.c.id),
                execution_options=TRUSTED,
            )
            return [CompanyRow(*row) for row in rows]

    def company(self, code: str | None) -> CompanyRow:
        """The company of a code; the only one where none is named."""
        known = self.companies()
        if code is None and len(known) == 1:
            return known[0]
        for company in known:
            if company.code == code:
                return company
        choices = ", ".join(company.code for company in known)
        raise UserError(_("Which company? Name one with --company: {choices}", choices=choices))

    @contextmanager
    def session(self, *company_ids: int) -> Iterator[Session]:
        """A session of the application role that may see and write these companies; not committed by itself."""
        session = session_factory(self.app, outside(self.config))()
        try:
            set_scope(session, Scope(read=company_ids, write=company_ids))
            yield session
        finally:
            session.close()


def _kept_out(addon: LoadedAddon) -> LoadedAddon:
    if addon.error is None:
        return addon
    text = _("Keyuan runs in safe mode, with the kernel alone.")
    return replace(addon, error=AddonError(text, addon=addon.name))


@contextmanager
def opened(arguments: argparse.Namespace | None = None) -> Iterator[Deployment]:
    """The deployment of the settings; starts the embedded server where no database URL is given."""
    config = load_config(overrides_of(arguments))
    if config.database_url is not None:
        deployment = Deployment(config, database_of(config))
        try:
            yield deployment
        finally:
            deployment.close()
        return
    with EmbeddedServer(config.state_dir, config.postgres_bin).start() as running:
        deployment = Deployment(config, database_of(config, running))
        try:
            yield deployment
        finally:
            deployment.close()
