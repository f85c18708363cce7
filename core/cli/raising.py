"""What a generation's nursery does: compose, bring the database up if it is the first, build the application, fork."""

from __future__ import annotations

import sys
from dataclasses import replace

from core.automation.worker import Worker
from core.cli.deployment import Deployment
from core.cli.setting_up import bring_up, first_company, make_demo, make_tables, print_accounts
from core.config import Config, load_config
from core.errors import KeyuanError
from core.lifecycle.database import database_of
from core.lifecycle.upkeep import Upkeep
from core.mail.server import outside
from core.orm.compose import Composition
from core.orm.engine import make_engine
from core.server import child
from core.server.nursery import Nursery
from core.web.logs import configure_logs
from core.web.main import application, compile_templates, has_compiled_templates, serve


def raise_generation(nursery: Nursery, fd: int, generation: int | None, *, demo: bool) -> None:
    """The life of the nursery. Without a `generation` the database is made or brought up to the code first."""
    owner_url = nursery.database()
    config = load_config({"database_url": owner_url} if owner_url else {})
    database = database_of(config)
    config = replace(config, database_url=database.app_url, owner_url=database.owner_url)
    deployment = Deployment(config, database)
    is_new = generation is None and not deployment.is_initialised()
    composed = deployment.compose_found() if is_new else deployment.compose_installed()
    prepared = None
    if generation is None:
        prepared = nursery.apart(lambda: _prepare(deployment, composed, is_new=is_new, demo=demo))
    configure_logs()
    app = application(config, composed)  # while the database is brought up
    if not has_compiled_templates(config):
        nursery.apart(lambda: compile_templates(app))()
    compile_templates(app)
    if prepared is not None and (code := prepared()):
        sys.exit(code)
    number = generation or deployment.generation()
    deployment.close()
    app.registry.settings["keyuan.generation"] = number
    nursery.announce(number)
    nursery.tend({"web": lambda: serve(app, fd, config), "worker": lambda: _work(config, number)})


def _prepare(deployment: Deployment, composed: Composition, *, is_new: bool, demo: bool) -> None:
    try:
        if is_new:
            print("Setting up the database …", flush=True)
            make_tables(deployment, composed)
        else:
            bring_up(deployment, composed)
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


def _work(config: Config, generation: int) -> None:
    engine = make_engine(config.database_url or "", application_name="keyuan worker", pool_size=3)
    owner = make_engine(config.owner_url or "", application_name="keyuan-owner", pooled=False)
    worker = Worker(
        engine, outside(config), generation=generation, newer=child.ask_generation, upkeep=Upkeep(owner)
    )
    child.ready()
    worker.run(child.draining.wait)
    engine.dispose()
