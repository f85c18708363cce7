"""The choices of lists."""

from core.api import Env, FormView, ListView, Option, Where, _, group, preset, show


def offered(env: Env) -> Where:
    """Choices that are offered."""
    return Option.active.is_(True)


def own(env: Env) -> Where:
    """Choices that the company has added."""
    return env.info(Option).cls.company_id == env.company_id  # type: ignore[no-any-return]


class OptionList(ListView[Option]):
    columns = [Option.name, Option.list_code, Option.sequence, Option.active]
    order = "sequence"
    presets = [
        preset("offered", _("Offered choices"), offered),
        preset("own", _("Added by the company"), own),
        preset("all", _("All choices"), default=True),
    ]
    filters = [Option.list_code, Option.active]
    groups = [Option.active]


class OptionForm(FormView[Option]):
    layout = [
        group(_("Choice"), Option.name, Option.list_code, Option.sequence, Option.active, Option.colour),
        group(_("For programs"), show(Option.code, readonly=True), key="programs"),
    ]
