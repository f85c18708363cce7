"""Two small addons with every kind of model that rights know, and a role for each reach of each bundle of actions.

What somebody may do is the sum of what the roles give, so that a handful of these roles is any set of grants. They are
kept as plain data, from which the product's grants and the oracle's catalogue are made.
"""

from __future__ import annotations

from sqlalchemy import or_, select

from core.auth.grants import BY_RULE, Role, Rows, grant, record_rule
from core.auth.mixins import Owned, TeamMember
from core.auth.models.department import Department
from core.auth.roles import USER
from core.i18n import translator
from core.orm.fields import field, many2one, selection
from core.orm.model import CompanyOwned, Mapped, Shared, Tracked
from tests.core.rights.oracle import Oracle
from tests.core.rights.plain import Catalogue, Granted, Record, Rule

_ = translator("toy_rights")
PUBLIC = "public"


class Deal(CompanyOwned, Owned, Tracked, label=_("Deal"), plural=_("Deals"), display="text"):
    """Something somebody sells."""

    text: Mapped[str] = field(_("Text"), searchable=True, sortable=True)
    grade: Mapped[str] = selection(_("Grade"), choices=[("a", _("A")), ("b", _("B"))], default="a")
    memo: Mapped[str | None] = field(_("Memo"), default=None, sortable=True)


class DealMember(
    CompanyOwned, TeamMember, label=_("Member"), plural=_("Team of the deal"), unique=[("deal", "user")]
):
    """Somebody who works on a deal beside its owner."""

    __team_of__ = "deal"

    deal: Mapped[Deal] = many2one(_("Deal"), on_delete="part_of")


class Piece(CompanyOwned, label=_("Piece"), plural=_("Pieces"), display="text", part_of="deal"):
    """Part of a deal: no role names it."""

    text: Mapped[str] = field(_("Text"), searchable=True, sortable=True)
    deal: Mapped[Deal] = many2one(_("Deal"), on_delete="part_of")


class Chip(CompanyOwned, label=_("Chip"), plural=_("Chips"), display="text", part_of="piece"):
    """Part of a part."""

    text: Mapped[str] = field(_("Text"), searchable=True, sortable=True)
    piece: Mapped[Piece] = many2one(_("Piece"), on_delete="part_of")


class Desk(CompanyOwned, label=_("Desk"), plural=_("Desks"), display="text"):
    """Furniture of a department; it has no owner."""

    text: Mapped[str] = field(_("Text"), searchable=True, sortable=True)
    department: Mapped[Department | None] = many2one(_("Department"), default=None)


class Note(CompanyOwned, Owned, label=_("Note"), plural=_("Notes"), display="text"):
    """Reached by rules, and by superiors."""

    text: Mapped[str] = field(_("Text"), searchable=True)


class Trace(CompanyOwned, label=_("Trace"), plural=_("Traces"), display="text"):
    """What was noted about a deal, at a desk: seen by whoever sees one of them. No role names it."""

    text: Mapped[str] = field(_("Text"), searchable=True, sortable=True)
    deal: Mapped[Deal | None] = many2one(_("Deal"), default=None)
    desk: Mapped[Desk | None] = many2one(_("Desk"), default=None)


class Tip(Shared, label=_("Tip"), plural=_("Tips"), display="text"):
    """Of one company, or of all of them."""

    text: Mapped[str] = field(_("Text"), searchable=True)


class Gadget(CompanyOwned, Owned, label=_("Gadget"), plural=_("Gadgets"), display="text"):
    """Of an addon that a company may have switched off."""

    text: Mapped[str] = field(_("Text"), searchable=True)


ADDON_OF = {
    "toy_rights.deal": "toy_rights", "toy_rights.desk": "toy_rights", "toy_rights.note": "toy_rights",
    "toy_rights.tip": "toy_rights", "toy_more.gadget": "toy_more",
}  # fmt: skip
MODELS = {"toy_rights.deal": Deal, "toy_rights.desk": Desk, "toy_rights.note": Note, "toy_rights.tip": Tip,
          "toy_more.gadget": Gadget}  # fmt: skip
BUNDLES = {
    "look": "read", "work": "read create update", "all": "read create update delete assign export share",
    "end": "delete export", "give": "assign", "share": "read update write_shared",
}  # fmt: skip
LEVELS = {
    "toy_rights.deal": ("own", "team", "department", "company"),
    "toy_rights.desk": ("department", "company"),
    "toy_rights.note": ("rule",),
    "toy_rights.tip": ("company",),
    "toy_more.gadget": ("own", "company"),
}  # fmt: skip


def role_code(model: str, level: str, bundle: str) -> str:
    return f"{ADDON_OF[model]}.{model.partition('.')[2]}_{level}_{bundle}"


GRANTED = tuple(
    Granted(role_code(model, level, bundle), model, frozenset(actions.split()), level)
    for model, levels in LEVELS.items()
    for level in levels
    for bundle, actions in BUNDLES.items()
    if bundle != "share" or model == "toy_rights.tip"
)
CODES = sorted({one.role for one in GRANTED})
ROLES = {code: Role(code, _("Role {code}", code=code)) for code in CODES}
grants = [
    grant(ROLES[one.role], MODELS[one.model], " ".join(sorted(one.actions)), rows=Rows(one.level))
    for one in GRANTED
]
grants.append(grant(USER, Trace, "read", rows=BY_RULE))
READER, WORKER, OWNER = (
    ROLES[role_code("toy_rights.note", "rule", name)] for name in ("look", "work", "all")
)


@record_rule(Trace, role=USER)
def traces_of_what_is_seen(env):
    """Traces of deals and of desks."""
    return or_(Trace.deal.in_(env.within_reach(Deal)), Trace.desk.in_(env.within_reach(Desk)))


@record_rule(Note, role=READER)
def public_notes(env):
    """Notes for everybody."""
    return Note.text == PUBLIC


@record_rule(Note, role=WORKER, actions="read create update")
def own_and_free_notes(env):
    """Notes of one's own, and those of nobody."""
    return or_(Note.owner == env.user_id, Note.owner.is_(None))


@record_rule(Note, role=OWNER, actions="read delete")
def notes_called_like_a_gadget(env):
    """Notes with the text of one's own gadget; where gadgets are off, none."""
    return Note.text.in_(select(Gadget.text).where(Gadget.owner == env.user_id, Gadget.deleted_at.is_(None)))


@record_rule(Note, role=OWNER, actions="read update delete assign export")
def broken(env):
    """A rule with a mistake in it."""
    raise RuntimeError("the author's mistake")


def _like_a_gadget(oracle: Oracle, user: int, note: Record) -> bool:
    return any(
        one.model == "toy_more.gadget" and one.company == note.company and not one.in_bin
        and one.owner == user and one.text == note.text
        for one in oracle.office.records.values()
    )  # fmt: skip


RULES = (
    Rule(READER.code, "toy_rights.note", frozenset({"read"}), lambda _oracle, _user, note: note.text == PUBLIC),
    Rule(WORKER.code, "toy_rights.note", frozenset({"read", "create", "update"}),
         lambda _oracle, user, note: note.owner in (user, None)),
    Rule(OWNER.code, "toy_rights.note", frozenset({"read", "delete"}), _like_a_gadget,
         reads=frozenset({"toy_more.gadget"})),
)  # fmt: skip
CATALOGUE = Catalogue(
    GRANTED, RULES, ADDON_OF, frozenset({"toy_rights.deal", "toy_rights.note", "toy_more.gadget"})
)
OF_RIGHTS = [
    Deal,
    DealMember,
    Piece,
    Chip,
    Desk,
    Note,
    Trace,
    Tip,
    traces_of_what_is_seen,
    public_notes,
    own_and_free_notes,
    notes_called_like_a_gadget,
    broken,
]
