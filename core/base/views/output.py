"""What has left the product: exports, prints, mails, for administrators; and the company's own words on documents."""

from core.api import Export, FormView, ListView, Mail, PaperText, Print, _, day, group, note, show


class ExportList(ListView[Export]):
    columns = [
        Export.name, Export.user, Export.model, Export.rows, Export.format, Export.created_at, Export.finished_at,
    ]  # fmt: skip
    order = "-id"
    filters = [Export.user, Export.format, Export.created_at]
    groups = [Export.user, Export.format, day(Export.created_at)]


class ExportForm(FormView[Export]):
    layout = [
        group(_("Export"), Export.name, Export.user, Export.model, Export.format, Export.rows, Export.size),
        group(_("Content"), Export.conditions, Export.columns),
        group(_("Life"), Export.job, Export.finished_at, Export.expires_at, Export.cut),
        note(_("The file can be fetched by its maker alone, and only for as long as it is kept.")),
    ]


class PrintList(ListView[Print]):
    columns = [Print.name, Print.user, Print.model, Print.number, Print.rows, Print.created_at]
    order = "-id"
    filters = [Print.user, Print.created_at]
    groups = [Print.user, day(Print.created_at)]


class PrintForm(FormView[Print]):
    layout = [
        group(_("Print"), Print.name, Print.user, Print.model, Print.record_id, Print.number, Print.rows),
        group(_("Content"), Print.conditions),
    ]


class MailList(ListView[Mail]):
    columns = [Mail.subject, Mail.recipients, Mail.user, Mail.state, Mail.created_at, Mail.sent_at]
    order = "-id"
    filters = [Mail.state, Mail.user, Mail.created_at]
    groups = [Mail.state, Mail.user, day(Mail.created_at)]


class MailForm(FormView[Mail]):
    layout = [
        group(_("Mail"), Mail.recipients, Mail.subject, Mail.user, Mail.paper, Mail.state, Mail.sent_at),
        group(_("Content"), Mail.text, columns=1),
        group(_("Sending"), Mail.attempts, Mail.error, Mail.model, Mail.record_id),
    ]


class PaperTextList(ListView[PaperText]):
    columns = [
        PaperText.document,
        PaperText.language,
        PaperText.letterhead,
        PaperText.closing,
        PaperText.changed_at,
    ]
    order = "document"
    filters = [PaperText.document, PaperText.language]


class PaperTextForm(FormView[PaperText]):
    layout = [
        group(_("For"), PaperText.document, PaperText.language),
        group(_("Head of the page"), PaperText.logo, PaperText.letterhead, columns=1),
        group(
            _("Words"),
            PaperText.opening,
            PaperText.closing,
            show(PaperText.foot, wide=True),
            PaperText.mail,
            columns=1,
        ),
        note(_("What a kind of document leaves empty is taken from the texts for all documents.")),
    ]
