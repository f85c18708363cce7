"""Rules by which records are shared, and what is shared by hand."""

from core.api import Env, FormView, ListView, Share, SharingRule, Where, _, group, note, preset


def in_use(env: Env) -> Where:
    """Rules that decide at present."""
    return SharingRule.active.is_(True)


class SharingRuleList(ListView[SharingRule]):
    columns = [
        SharingRule.name, SharingRule.model, SharingRule.owner_department, SharingRule.owner_role,
        SharingRule.to_role, SharingRule.to_department, SharingRule.to_user, SharingRule.may, SharingRule.active,
    ]  # fmt: skip
    order = "name"
    presets = [preset("in_use", _("In use"), in_use, default=True), preset("all", _("All rules"))]
    filters = [
        SharingRule.model, SharingRule.may, SharingRule.owner_department, SharingRule.to_role,
        SharingRule.to_department, SharingRule.to_user,
    ]  # fmt: skip
    groups = [SharingRule.model, SharingRule.to_role, SharingRule.owner_department]


class SharingRuleForm(FormView[SharingRule]):
    layout = [
        group(_("Rule"), SharingRule.name, SharingRule.model, SharingRule.may, SharingRule.active),
        group(_("Whose records"), SharingRule.owner_department, SharingRule.owners_below, SharingRule.owner_role),
        group(
            _("Shared with"), SharingRule.to_role, SharingRule.to_department, SharingRule.receivers_below,
            SharingRule.to_user,
        ),
        note(_("Which of these records are meant is said on the page of the saved rule, by the filters of lists.")),
    ]  # fmt: skip


class ShareList(ListView[Share]):
    columns = [
        Share.model,
        Share.record_id,
        Share.user,
        Share.may,
        Share.until,
        Share.created_by,
        Share.created_at,
    ]
    filters = [Share.user, Share.model, Share.may, Share.until]
    groups = [Share.model, Share.user]


class ShareForm(FormView[Share]):
    layout = [
        group(_("Share"), Share.model, Share.record_id, Share.user, Share.may, Share.until, Share.created_by,
              Share.created_at)
    ]  # fmt: skip
