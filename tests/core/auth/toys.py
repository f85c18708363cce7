"""A small addon with an owned model, one that can be switched off, and one without an owner."""

from sqlalchemy import or_, select

from core.auth.access import BY_RULE, COMPANY, DEPARTMENT, OWN, TEAM, Role, grant, record_rule
from core.auth.mixins import Owned, TeamMember
from core.auth.models.department import Department
from core.i18n import translator
from core.orm.fields import computed, field, many2one, secret
from core.orm.model import CompanyOwned, Mapped

_ = translator("toy_deals")

SELLER = Role("toy_deals.seller", _("Seller"))
LEADER = Role("toy_deals.leader", _("Team leader"))
HEAD = Role("toy_deals.head", _("Head of department"))
BOSS = Role("toy_deals.boss", _("Director"))
READER = Role("toy_deals.reader", _("Reader"))
HELPER = Role("toy_deals.helper", _("Helper"))
CURIOUS = Role("toy_deals.curious", _("Holder of rules"))


class Deal(CompanyOwned, Owned, label=_("Deal"), plural=_("Deals"), display="title"):
    """Something somebody sells."""

    title: Mapped[str] = field(_("Title"), searchable=True, sortable=True)
    amount: Mapped[int] = field(_("Amount"), default=0, sortable=True)
    margin: Mapped[int | None] = field(_("Margin"), default=None, visible_to=(BOSS,))
    grade: Mapped[str | None] = field(_("Grade"), default=None, editable_by=(BOSS,))
    pin: Mapped[str | None] = secret(_("PIN"), default=None)
    double: Mapped[int] = computed(_("Double"), by=lambda deal: (deal.amount or 0) * 2, depends=("amount",))


class DealMember(
    CompanyOwned, TeamMember, label=_("Member"), plural=_("Team of the deal"), unique=[("deal", "user")]
):
    """Somebody who works on a deal beside its owner."""

    __team_of__ = "deal"

    deal: Mapped[Deal] = many2one(_("Deal"), on_delete="part_of")


class Desk(CompanyOwned, label=_("Desk"), plural=_("Desks"), display="name"):
    """Furniture of a department; it has no owner."""

    name: Mapped[str] = field(_("Name"))
    department: Mapped[Department | None] = many2one(_("Department"), default=None)


class Note(CompanyOwned, Owned, label=_("Note"), plural=_("Notes"), display="text"):
    """Reached by rules alone."""

    text: Mapped[str] = field(_("Text"))


class Gadget(CompanyOwned, label=_("Gadget"), plural=_("Gadgets"), display="name"):
    """A model of an addon that a company may have switched off."""

    name: Mapped[str] = field(_("Name"))


@record_rule(Deal, role=SELLER)
def unassigned(env):
    """Deals that nobody has taken."""
    return Deal.owner.is_(None)


@record_rule(Note, role=CURIOUS)
def broken(env):
    """A rule with a mistake in it."""
    raise RuntimeError("the author's mistake")


@record_rule(Note, role=SELLER)
def beside_a_gadget(env):
    """Notes of the same name as a gadget."""
    return Note.text.in_(select(Gadget.name))


@record_rule(Note, role=LEADER)
def not_even_sql(env):
    """Returns no condition at all."""
    return True


@record_rule(Note, role=HEAD)
def mine_or_public(env):
    """Notes of one's own and public ones."""
    return or_(Note.owner == env.user_id, Note.text == "public")


grants = [
    grant(SELLER, Deal, "read create update delete share", rows=OWN),
    grant(LEADER, Deal, "read update assign", rows=TEAM),
    grant(HEAD, Deal, "read update export", rows=DEPARTMENT),
    grant(BOSS, Deal, "read create update delete export", rows=COMPANY),
    grant(READER, Deal, "read"),
    grant(HELPER, Deal, "read update delete assign share export", rows=BY_RULE),
    grant(SELLER, DealMember, "read create update delete"),
    grant(HEAD, Desk, "read", rows=DEPARTMENT),
    grant(SELLER, Note, "read", rows=BY_RULE),
    grant(LEADER, Note, "read", rows=BY_RULE),
    grant(HEAD, Note, "read create", rows=BY_RULE),
    grant(CURIOUS, Note, "read", rows=BY_RULE),
    grant(SELLER, Gadget, "read"),
]
