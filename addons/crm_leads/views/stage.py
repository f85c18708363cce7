"""How a company arranges its sales processes, and the times that opportunities spent in stages."""

from addons.crm_leads.models import Process, Stage, StageField, StageStay, StageTask
from core.api import FormView, ListView, _, group, month, note, related, show


class ProcessList(ListView[Process]):
    columns = [Process.name, Process.is_default]


class ProcessForm(FormView[Process]):
    layout = [
        group(_("Sales process"), Process.name, Process.is_default),
        related(Process.stages, order="sequence",
                columns=[Stage.sequence, Stage.name, Stage.probability, Stage.standard_days]),
    ]  # fmt: skip


class StageList(ListView[Stage]):
    columns = [Stage.process, Stage.sequence, Stage.name, Stage.probability, Stage.standard_days]
    order = "sequence"
    filters = [Stage.process]
    groups = [Stage.process]


class StageForm(FormView[Stage]):
    layout = [
        group(_("Stage"), Stage.name, Stage.process, Stage.sequence),
        group(_("Standard"), Stage.probability, Stage.standard_days, show(Stage.criteria, wide=True), key="standard"),
        related(Stage.tasks, order="sequence",
                columns=[StageTask.sequence, StageTask.name, StageTask.days, StageTask.is_required]),
        related(Stage.fields, columns=[StageField.name]),
    ]  # fmt: skip


class StageTaskList(ListView[StageTask]):
    columns = [StageTask.stage, StageTask.sequence, StageTask.name, StageTask.days, StageTask.is_required]
    order = "sequence"
    filters = [StageTask.stage, StageTask.is_required]
    groups = [StageTask.stage]


class StageTaskForm(FormView[StageTask]):
    layout = [
        group(_("Task of a stage"), StageTask.name, StageTask.stage, StageTask.sequence, StageTask.days,
              StageTask.is_required),
    ]  # fmt: skip


class StageFieldList(ListView[StageField]):
    columns = [StageField.stage, StageField.name]
    filters = [StageField.stage, StageField.name]
    groups = [StageField.stage]


class StageFieldForm(FormView[StageField]):
    layout = [
        group(_("Required field of a stage"), StageField.name, StageField.stage),
        note(_("Opportunities that are in the stage already are asked for it at their next change or step.")),
    ]


class StageStayList(ListView[StageStay]):
    columns = [
        StageStay.opportunity, StageStay.stage_name, StageStay.entered_at, StageStay.left_at, StageStay.moved_by,
        StageStay.is_step_back, StageStay.reason,
    ]  # fmt: skip
    order = "-entered_at"
    filters = [StageStay.stage, StageStay.moved_by, StageStay.is_step_back, StageStay.entered_at]
    groups = [StageStay.stage, StageStay.moved_by, StageStay.is_step_back, month(StageStay.entered_at)]
