"""What a generation's nursery does: compose, bring the database up if it is the first, build the application, fork."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.automation.worker import Worker
from core.cli.deployment import Deployment
from core.cli.setting_up import bring_up, first_company, make_demo, make_tables, print_accounts
from core.config import Config, load_config
from core.errors import KeyuanError
from core.lifecycle.database import database_of
from core.lifecycle.generation import bump_generation
from core.lifecycle.install import upgrade_schema
from core.lifecycle.presence import keep_presence
from core.lifecycle.quarantine import compose_fitting, with_what_fits
from core.lifecycle.standing import note_code, sentence, standings
from core.lifecycle.upkeep import Upkeep
from core.lifecycle.wish_watch import WishWatch
from core.mail.server import outside
from core.modules.loader import LoadedAddon
from core.orm.compose import Composition
from core.orm.engine import make_engine
from core.server import child
from core.server.nursery import Nursery
from core.views.check import check
from core.web.logs import configure_logs
from core.web.main import application, compile_templates, has_compiled_templates, serve


def raise_generation(nursery: Nursery, fd: int, generation: int | None, *, demo: bool) -> None:
    """The life of the nursery. Without a `generation` the database is made or brought up to the code first."""
    config, deployment = _deployment(nursery)
    is_new = generation is None and not deployment.is_initialised()
    composed = (
        deployment.compose_found() if is_new else deployment.compose_installed(to_bring_up=generation is None)
    )
    prepared = None
    if generation is None:
        prepared = nursery.apart(lambda: _prepare(deployment, composed, is_new=is_new, demo=demo))
    configure_logs()
    app, composed = _application(nursery, config, composed)  # while the database is brought up
    if prepared is not None:
        if code := prepared():
            sys.exit(code)
        if (fitting := _what_fits(deployment, composed)) is not composed:
            app, composed = _application(nursery, config, fitting)
    if not config.safe_mode:
        note_code(deployment.owner, composed)
    number = generation or deployment.generation()
    deployment.close()
    _tend(nursery, fd, config, app, number)


def raise_changed(nursery: Nursery, fd: int, after: int) -> None:
    """The life of a nursery in development, which loads changed files: all of them, or it says why not and ends. It
    gives the database a number beyond `after`, so that every process makes way.
    """
    config, deployment = _deployment(nursery)
    composed = deployment.compose_installed(to_bring_up=True)
    with deployment.owner.connect() as connection:
        known = standings(connection)
    broken = {
        name: error
        for name, error in composed.aside.items()
        if name not in known or str(known[name].error) != str(sentence(error))
    }
    for name, error in broken.items():
        print(f"keyuan: addon {name}: {error}", *getattr(error, "__notes__", ()), sep="\n  ", file=sys.stderr)
    if broken:
        sys.exit("keyuan: not loaded; everything goes on as before")
    for problem in check(composed):
        print(f"keyuan: {problem}", file=sys.stderr)
    upgrade_schema(deployment.owner, deployment.database.app_role, composed)
    configure_logs()
    app, composed = _application(nursery, config, composed)
    note_code(deployment.owner, composed)
    number = deployment.generation()
    if number <= after:
        with deployment.owner.begin() as connection:
            number = bump_generation(connection)
    deployment.close()
    print(f"Loaded; generation {number} takes over.", flush=True)
    _tend(nursery, fd, config, app, number)


def _deployment(nursery: Nursery) -> tuple[Config, Deployment]:
    owner_url = nursery.database()
    config = load_config({"database_url": owner_url} if owner_url else {})
    database = database_of(config)
    config = replace(config, database_url=database.app_url, owner_url=database.owner_url)
    return config, Deployment(config, database)


def _tend(nursery: Nursery, fd: int, config: Config, app: Any, number: int) -> None:
    app.registry.settings["keyuan.generation"] = number
    nursery.announce(number)
    nursery.tend({"web": lambda: _serve(app, fd, config, number), "worker": lambda: _work(config, number)})


def _application(nursery: Nursery, config: Config, composed: Composition) -> tuple[Any, Composition]:
    """The application of these addons, but for those whose templates cannot be compiled; and what is composed then."""

    def attempt(some: Sequence[LoadedAddon]) -> tuple[Any, Composition]:
        wanted = tuple(addon.name for addon in some if addon.error is None)
        made = composed if wanted == composed.addons else compose_fitting(some)
        app = application(config, made)
        if not has_compiled_templates(config):
            nursery.apart(lambda: compile_templates(app))()
        compile_templates(app)
        return app, made

    app, made = with_what_fits([*composed.loaded], attempt, is_trusted=True)
    made.aside.update(composed.aside)
    return app, made


def _what_fits(deployment: Deployment, composed: Composition) -> Composition:
    """What can be used now that the database was brought up: an addon for which that failed stands aside."""
    if deployment.config.safe_mode:
        return composed
    fitting = deployment.fitting(composed.loaded)
    if all(addon.error is None for addon in fitting):
        return composed
    made = compose_fitting(fitting)
    made.aside.update(composed.aside)
    return made


def _prepare(deployment: Deployment, composed: Composition, *, is_new: bool, demo: bool) -> None:
    try:
        if is_new:
            print("Setting up the database …", flush=True)
        (make_tables if is_new else bring_up)(deployment, composed)
        if not deployment.companies():  # new, or somebody interrupted the first start
            _fill(deployment, demo=demo)
        print_accounts(deployment)
    except KeyuanError as error:
        print(f"keyuan: {error}", file=sys.stderr)
        sys.exit(1)


def _fill(deployment: Deployment, *, demo: bool) -> None:
    if demo:
        make_demo(deployment)
        return
    language = deployment.config.language
    link = first_company(deployment, name="我的公司", code="main", login="admin", language=language)
    print(f"The administrator (admin) sets the password once at\n  {link}")


def _serve(app: Any, fd: int, config: Config, generation: int) -> None:
    keep_presence(config.owner_url or "", generation, child.ask_generation)
    serve(app, fd, config)


def _work(config: Config, generation: int) -> None:
    keep_presence(config.owner_url or "", generation, child.ask_generation)
    engine = make_engine(config.database_url or "", application_name="keyuan worker", pool_size=3)
    owner = make_engine(config.owner_url or "", application_name="keyuan-owner", pooled=False)
    upkeep = Upkeep(owner, WishWatch(engine, {"KEYUAN_STATE_DIR": str(config.state_dir)}))
    worker = Worker(engine, outside(config), generation=generation, newer=child.ask_generation, upkeep=upkeep)
    child.ready()
    worker.run(child.draining.wait)
    engine.dispose()
