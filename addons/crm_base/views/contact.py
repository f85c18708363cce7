"""People at customers."""

from addons.crm_base.models import Activity, Contact
from core.api import Env, FormView, ListView, Where, _, group, month, notebook, page, preset, related


def mine(env: Env) -> Where:
    """Contacts the caller keeps."""
    return Contact.owner == env.user_id


def decision_makers(env: Env) -> Where:
    """Who decides, as far as we know."""
    return env.condition(Contact, "decision_part", "empty", "no") & Contact.decision_part.has(code="decider")


class ContactList(ListView[Contact]):
    columns = [
        Contact.name, Contact.customer, Contact.position, Contact.mobile, Contact.email, Contact.owner,
        Contact.decision_part,
    ]  # fmt: skip
    order = "name"
    presets = [
        preset("all", _("All contacts"), default=True),
        preset("mine", _("My contacts"), mine),
        preset("deciders", _("Decision makers"), decision_makers),
    ]
    filters = [
        Contact.customer, Contact.owner, Contact.decision_part, Contact.relation_degree, Contact.influence,
        Contact.is_met,
        Contact.birthday,
    ]  # fmt: skip
    groups = [
        Contact.customer, Contact.decision_part, Contact.relation_degree, Contact.influence, Contact.owner,
        month(Contact.created_at),
    ]  # fmt: skip


class ContactForm(FormView[Contact]):
    layout = [
        group(_("Contact"), Contact.name, Contact.customer, Contact.position, Contact.department, Contact.owner),
        group(_("Reached by"), Contact.mobile, Contact.phone, Contact.email, Contact.messenger),
        group(
            _("Part in the decision"), Contact.decision_part, Contact.relation_degree, Contact.influence,
            Contact.is_met,
            key="decision",
        ),
        notebook(
            page(
                _("Activities"),
                related(
                    Contact.activities, order="-at",
                    columns=[Activity.at, Activity.kind, Activity.subject, Activity.state, Activity.owner],
                ),
            ),
            page(_("Personal"), Contact.birthday, Contact.preferences, Contact.remarks),
            page(_("Info"), Contact.created_at, Contact.created_by, Contact.changed_at, Contact.changed_by),
        ),
    ]  # fmt: skip
