"""The web application of `keyuan serve`: built once a generation, and served by each of its web processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import core
from core.config import Config, make_private_folder
from core.orm.compose import Composition
from core.orm.engine import make_engine
from core.server import serving
from core.web.app import make_app
from core.web.templating import Templates

SLACK = 64 << 20
"""How far beyond our own limit a body may go and still get our page instead of the server's bare refusal."""


def application(config: Config, composition: Composition) -> Any:
    """The application of a composition; its generation is set when it is known. It opens no connection by itself."""
    engine = make_engine(
        config.database_url or "", application_name="keyuan web", pool_size=config.web_threads, max_overflow=8
    )
    cache = make_private_folder(_cache(config))
    return make_app(config, composition, engine=engine, template_cache=cache)


def compile_templates(app: Any) -> None:
    """Compile all templates, or read them from the cache, so that no visitor waits for it."""
    templates: Templates = app.registry.settings["keyuan.templates"]
    templates.compile_all()


def has_compiled_templates(config: Config) -> bool:
    """Whether an earlier start has left them; else compiling takes seconds, and much memory."""
    return any(_cache(config).glob("*.py"))


def _cache(config: Config) -> Path:
    return config.state_dir / "templates" / core.__version__


def serve(app: Any, fd: int, config: Config) -> None:
    """Answer on the socket `fd` until the parent process says that a newer generation does."""
    serving.serve(
        app,
        fd,
        config.web_threads,
        max_request_body_size=(config.upload_limit << 20) + SLACK,
        clear_untrusted_proxy_headers=False,  # request.address judges them: a proxy here is not a person here
    )
    app.registry.settings["keyuan.engine"].dispose()
