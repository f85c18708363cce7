"""The application: configuration and composition in, WSGI application out.

app = make_app(config, composition)

guard (id, size, host, headers, errors)  ->  router  ->  transaction  ->  view  ->  template
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pyramid.config import Configurator
from pyramid.response import Response
from sqlalchemy import Engine

from core.config import Config, installation_root
from core.errors import ConfigError, NotFound
from core.i18n import CORE_DOMAIN, _
from core.mail.server import outside
from core.modules.survey import surveys
from core.orm.engine import make_engine, session_factory
from core.web import static_files, transaction
from core.web.reports import SETTING, replica_of
from core.web.request import Request
from core.web.routes import Route, gather
from core.web.security import SessionSecurity
from core.web.static_files import StaticFiles
from core.web.templating import Templates

if TYPE_CHECKING:
    from core.orm.compose import Composition

WSGIApplication = Callable[..., Any]
PACKAGES: Final = ("core.web.static_files", "core.web.pages", "core.web.api")
"""Where views are looked for."""


def make_app(
    config: Config,
    composition: Composition,
    *,
    engine: Engine | None = None,
    generation: int = 0,
    folders: dict[str, Path] | None = None,
    reload: bool | None = None,
    template_cache: Path | None = None,
    packages: tuple[str, ...] = PACKAGES,
) -> WSGIApplication:
    """The web application of one composition.

    `engine` is the application role's; without it one is made from `config.database_url`. `folders` are those of the
    installed addons by name. `generation` is that of the composition; a newer one in the database is asked for at the
    parent process. With `reload` (default: in a checkout) changed templates and style sheets show at once.
    `template_cache` is a folder for compiled templates.
    """
    folders = addon_folders(composition) if folders is None else folders
    reload = (installation_root() / ".git").exists() if reload is None else reload
    engine = _engine(config) if engine is None else engine
    settings = _settings(config, composition, engine, folders, reload=reload, generation=generation)
    settings["keyuan.templates"] = Templates(
        _having(folders, "templates"), reload=reload, cache=template_cache
    )
    configurator = Configurator(
        settings=settings,
        request_factory=Request,
        exceptionresponse_view=None,
        security_policy=SessionSecurity(),
    )
    configurator.add_notfound_view(_not_found)
    for route in gather(*packages).values():
        configurator.add_route(route.name, route.pattern)
        configurator.add_view(partial(_dispatch, route), route_name=route.name)
    application: WSGIApplication = configurator.make_wsgi_app()
    return application


def _settings(
    config: Config,
    composition: Composition,
    engine: Engine,
    folders: dict[str, Path],
    *,
    reload: bool,
    generation: int,
) -> dict[str, Any]:
    """What views find in the registry."""
    static = StaticFiles({CORE_DOMAIN: static_files.FOLDER, **_having(folders, "static")}, reload=reload)
    return {
        "keyuan.asked": 0,
        "keyuan.composition": composition,
        "keyuan.config": config,
        "keyuan.engine": engine,
        "keyuan.generation": generation,
        SETTING: replica_of(config),
        "keyuan.secret": config.secret,
        "keyuan.sessions": session_factory(engine, {**outside(config), **surveys(config)}),
        "keyuan.static": static,
        "pyramid.tweens": "core.web.guard.guard_tween",  # named here, it is the only one
    }


def addon_folders(composition: Composition) -> dict[str, Path]:
    """Where each installed addon lies, for its templates and static files."""
    return {loaded.name: loaded.folder for loaded in composition.loaded if loaded.error is None}


def _dispatch(route: Route, request: Request) -> Any:
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": ", ".join(route.allowed)})
    endpoint = route.for_method(request.method)
    request.endpoint = endpoint
    return transaction.run(request, endpoint)


def _not_found(request: Request) -> Any:
    raise NotFound()


def _engine(config: Config) -> Engine:
    if config.database_url is None:
        raise ConfigError(
            _("The web application needs the URL of a running database."), setting="database_url"
        )
    return make_engine(config.database_url, application_name="keyuan web", pool_size=config.web_threads)


def _having(folders: dict[str, Path], name: str) -> dict[str, Path]:
    return {addon: folder / name for addon, folder in folders.items() if (folder / name).is_dir()}
