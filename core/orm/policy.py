"""What the data layer asks of rights. `core.auth.access` answers; the Env applies the answer everywhere."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from core.errors import AccessDenied
from core.i18n import LazyString, _
from core.orm.methods import Method, Where

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo


@dataclass(frozen=True)
class Explanation:
    """The decision and the reasons for it, in words."""

    allowed: bool
    reasons: list[LazyString] = field(default_factory=list)


@dataclass(frozen=True)
class FieldLimits:
    """Fields, as (model key, name), that the company keeps from the caller: not seen at all, or not changed."""

    hidden: frozenset[tuple[str, str]] = frozenset()
    locked: frozenset[tuple[str, str]] = frozenset()
    """Those that are hidden are locked as well."""


NO_LIMITS: Final = FieldLimits()


class Policy(Protocol):
    """The rights of one caller in one company. Company and bin are not its business: the Env adds them."""

    def allowed(self, info: ModelInfo, action: str) -> bool:
        """Whether the function right is held and the model's addon is enabled."""

    def where(self, info: ModelInfo, action: str, *, live: bool = False) -> Where | None:
        """The rows on which the action is allowed; None means every row of the company. `live` says that no row of the
        bin is asked for: its wholes are then looked for among the live ones alone, to which indexes lead.
        """

    def remembered(self, key: Hashable, build: Callable[[], Any]) -> Any:
        """What `build` returned for `key` and this caller before; `build` asks nothing but who is calling."""

    def readable(self, info: ModelInfo) -> frozenset[str]:
        """Names of the fields that may be seen."""

    def editable(self, info: ModelInfo) -> frozenset[str]:
        """Names of the fields that may be changed."""

    def shows(self, kind: str, name: str) -> bool | None:
        """Whether the caller's roles show or hide a "menu" or "button"; None where they say nothing."""

    def offers(self, info: ModelInfo, method: Method[..., Any]) -> bool:
        """Whether the caller may run a method of the model at all."""

    def masks(self, info: ModelInfo) -> Mapping[str, Where]:
        """Fields whose values are kept from the caller on some rows: name -> on which. See `core.orm.masking`."""

    @property
    def limits(self) -> FieldLimits:
        """What the company has taken from the caller's roles of the fields that are declared for them."""

    def explain(self, info: ModelInfo, action: str, record: Any = None) -> Explanation:
        """The same decision in words."""


class SystemPolicy:
    """The kernel's own work within one company (`env.sudo`): every row of the company, every field but secrets."""

    def __init__(self, reason: str, addons: frozenset[str]) -> None:
        self.reason, self._addons = reason, addons
        self._memory: dict[Hashable, Any] = {}

    def allowed(self, info: ModelInfo, action: str) -> bool:
        return info.addon in self._addons

    def where(self, info: ModelInfo, action: str, *, live: bool = False) -> Where | None:
        return None

    def remembered(self, key: Hashable, build: Callable[[], Any]) -> Any:
        if key not in self._memory:
            self._memory[key] = build()
        return self._memory[key]

    def readable(self, info: ModelInfo) -> frozenset[str]:
        return frozenset(f.name for f in info.fields_for(self._addons).values() if f.kind != "secret")

    def editable(self, info: ModelInfo) -> frozenset[str]:
        return frozenset(f.name for f in info.fields_for(self._addons).values() if not f.system)

    def shows(self, kind: str, name: str) -> bool | None:
        return None

    def offers(self, info: ModelInfo, method: Method[..., Any]) -> bool:
        return self.allowed(info, method.right)

    def masks(self, info: ModelInfo) -> Mapping[str, Where]:
        return {}

    @property
    def limits(self) -> FieldLimits:
        return NO_LIMITS

    def explain(self, info: ModelInfo, action: str, record: Any = None) -> Explanation:
        return Explanation(True, [_("System work: {reason}", reason=self.reason)])


def require(policy: Policy, info: ModelInfo, action: str) -> None:
    """Refuse what the caller's function rights do not cover."""
    if not policy.allowed(info, action):
        raise AccessDenied(
            _("You have no right to {action}: {model}.", action=action_label(action, info), model=info.label)
        )


_ACTION_LABELS = {
    "read": _("view"), "create": _("create"), "update": _("edit"), "delete": _("delete"),
    "export": _("export"), "import": _("import"), "print": _("print"), "assign": _("assign"),
    "share": _("share"), "audit": _("see all operations"), "erase": _("erase personal data"),
    "use_api": _("work by the API"),
}  # fmt: skip


def usual_label(action: str) -> LazyString:
    """The words for a right that every model may know."""
    return _ACTION_LABELS[action]


def action_label(action: str, info: ModelInfo) -> LazyString | str:
    """A function right in the reader's words: a right of an addon is called like the first method that asks for it."""
    known = _ACTION_LABELS.get(action)
    if known is not None:
        return known
    method = next((method for method in info.methods.values() if method.right == action), None)
    return action if method is None else _("“{step}”", step=method.label)
