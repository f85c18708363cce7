"""The main of a web child: compose the installed addons, build the application, answer on the inherited socket."""

from __future__ import annotations

from sqlalchemy import Engine

from core.config import Config, make_private_folder
from core.lifecycle.generation import installed_addons
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.compose import Composition, compose
from core.orm.engine import make_engine
from core.server import child
from core.web.app import make_app
from core.web.logs import configure_logs
from core.web.templating import Templates

SLACK = 64 << 20
"""How far beyond our own limit a body may go and still get our page instead of the server's bare refusal."""


def web_child(fd: int, generation: int, config: Config) -> None:
    """Serve one generation on the socket `fd` until the parent process says that a newer one does."""
    child.attach()
    configure_logs()
    engine = make_engine(
        config.database_url or "", application_name="keyuan web", pool_size=config.web_threads, max_overflow=8
    )
    composition = compose_installed(config, engine)
    cache = make_private_folder(config.state_dir / "templates")
    app = make_app(config, composition, engine=engine, generation=generation, template_cache=cache)
    templates: Templates = app.registry.settings["keyuan.templates"]  # type: ignore[attr-defined]
    templates.compile_all()
    child.serve_wsgi(
        app,
        fd,
        config.web_threads,
        max_request_body_size=(config.upload_limit << 20) + SLACK,
        clear_untrusted_proxy_headers=False,  # request.address judges them: a proxy here is not a person here
    )
    engine.dispose()


def compose_installed(config: Config, engine: Engine) -> Composition:
    """The composition of what is installed in the database; in safe mode of the kernel's own addon alone."""
    with engine.connect() as connection:
        installed = [] if config.safe_mode else list(installed_addons(connection))
    return compose(load(order(discover(config), installed, complete=False)))
