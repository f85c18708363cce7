"""Where a right comes from: the roles that give it, and how far each of them reaches."""

from __future__ import annotations

from collections.abc import Iterable

from core.auth.grants import Rows
from core.auth.roles import USER
from core.auth.why.subjects import Subject, roles_known
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.env import Env

LEVELS: dict[Rows, LazyString] = {
    Rows.BY_RULE: _("by rule"), Rows.OWN: _("own"), Rows.TEAM: _("team"), Rows.OWN_DEPARTMENT: _("own department"),
    Rows.DEPARTMENT: _("department"),
    Rows.COMPANY: _("company"),
}  # fmt: skip
"""Short words for how far a right reaches, from little to much."""


def sources(subject: Subject, info: ModelInfo, action: str) -> list[str]:
    """Codes of the roles of the subject that give the action."""
    return [
        code for code in sorted(subject.identity.granting) if action in levels_of_role(subject, code, info)
    ]


def levels_of_role(subject: Subject, code: str, info: ModelInfo) -> dict[str, frozenset[Rows]]:
    """Action -> levels of one role on a model, in the company of the subject."""
    person = subject.identity
    return subject.policy.index.rights(info, frozenset({code}), person.addons, person.rights)


def titles(env: Env, codes: Iterable[str]) -> list[str]:
    """What roles are called; the kernel's own role of everybody comes last."""
    known = roles_known(env)
    ordered = sorted(codes, key=lambda code: (code == USER.code, code))
    return [known.get(code, code) for code in ordered]
