"""Process templates and document templates."""

from addons.crm_sales.models import DocumentTemplate, ProcessTemplate, TemplateStep
from core.api import FormView, ListView, _, group, note, related, show


class ProcessTemplateList(ListView[ProcessTemplate]):
    columns = [ProcessTemplate.name, ProcessTemplate.order_type, ProcessTemplate.is_active]
    order = "id"


class ProcessTemplateForm(FormView[ProcessTemplate]):
    layout = [
        group(_("Template"), ProcessTemplate.name, ProcessTemplate.order_type, ProcessTemplate.is_active),
        related(
            ProcessTemplate.steps, order="sequence",
            columns=[TemplateStep.sequence, TemplateStep.name, TemplateStep.assignee, TemplateStep.days],
        ),
    ]  # fmt: skip


class TemplateStepForm(FormView[TemplateStep]):
    layout = [
        group(
            _("Step"), TemplateStep.template, TemplateStep.name, TemplateStep.sequence, TemplateStep.assignee,
            TemplateStep.days, TemplateStep.after,
        )
    ]  # fmt: skip


class DocumentTemplateList(ListView[DocumentTemplate]):
    columns = [
        DocumentTemplate.name,
        DocumentTemplate.document,
        DocumentTemplate.language,
        DocumentTemplate.is_active,
    ]
    order = "name"
    filters = [DocumentTemplate.document, DocumentTemplate.language, DocumentTemplate.is_active]


class DocumentTemplateForm(FormView[DocumentTemplate]):
    layout = [
        group(
            _("Template"), DocumentTemplate.name, DocumentTemplate.document, DocumentTemplate.language,
            DocumentTemplate.is_active,
        ),
        group(
            _("Text"),
            note(
                _(
                    "Names of fields in braces take the values of the document, such as number, title, total or "
                    "ends_on; fields of the customer and of the contact stand behind a dot, such as customer.phone."
                )
            ),
            show(DocumentTemplate.body, wide=True),
        ),
    ]  # fmt: skip
