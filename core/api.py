"""Every name an addon may import: the front door of the kernel. Nothing else of it is promised."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import and_, case, cast, exists, false, func, literal, not_, or_, select, true
from sqlalchemy.orm import Mapped, aliased

from core import __version__ as kernel_version
from core.auth.approvals import (
    ApprovalRequest,
    approved,
    ask_for_approval,
    end_requests,
    of_others,
    waiting_for_me,
)
from core.auth.company_language import company_language
from core.auth.currencies import (
    company_currency,
    currency,
    decimals_of,
    exchange_rate,
    exchange_rates,
    rounded,
)
from core.auth.grants import BY_RULE, COMPANY, DEPARTMENT, OWN, OWN_DEPARTMENT, TEAM, Role, grant, record_rule
from core.auth.masks import mask
from core.auth.mixins import Owned, TeamMember
from core.auth.models import (
    ApiKey,
    Company,
    CompanyAddon,
    CurrencyRate,
    Department,
    Employee,
    ExternalKey,
    HierarchyRule,
    LoginAttempt,
    Notice,
    Numbering,
    Option,
    RolePlace,
    RoleRight,
    RoleRow,
    RoleScreen,
    Session,
    Setting,
    Share,
    SharingRule,
    User,
    UserRole,
)
from core.auth.outside import OutsideFailed, call_outside
from core.auth.roles import ADMIN, SYSTEM, USER
from core.auth.sharing_by_hand import check_members, share_record, withdraw
from core.auth.who_may import who_may
from core.automation.jobs import job
from core.automation.models import Job, Schedule
from core.automation.queue import enqueue
from core.errors import (
    AccessDenied,
    BadRequest,
    Conflict,
    Duplicate,
    InUse,
    NotFound,
    StateForbids,
    UserError,
    ValidationFailed,
)
from core.exchange.models import Export, PaperText, Print
from core.i18n import LazyString, _, _n
from core.mail.models import Mail
from core.modules.hooks import hookspec, implements
from core.modules.hookspecs import (
    after_create,
    after_delete,
    after_erase,
    after_restore,
    after_transition,
    after_write,
    before_create,
    before_delete,
    before_transition,
    before_write,
)
from core.modules.manifest import Manifest
from core.orm.attempts import attempt
from core.orm.column_types import State
from core.orm.context import current_env
from core.orm.declared import demo, numbering, options, seed
from core.orm.env import Env
from core.orm.fields import (
    computed,
    email,
    expression,
    field,
    field_choice,
    file,
    key_of,
    longtext,
    many2many,
    many2one,
    money,
    number,
    one2many,
    option,
    phone,
    secret,
    selection,
    sentence,
    state_field,
    translated,
    translations,
    url,
)
from core.orm.final_numbers import sequences_with_drafts
from core.orm.methods import Method, Where, action, arg, transition
from core.orm.model import CompanyOwned, Deployment, Model, Shared, Tracked
from core.orm.proposals import proposal, proposed
from core.orm.stored_file import StoredFile
from core.orm.totals import total
from core.views.board import BoardView
from core.views.extend import after, before, inside, remove, replace
from core.views.form import FormView
from core.views.grouping import day, month, quarter, week, year
from core.views.hint import GoTo, Hint, hint
from core.views.layout import button, group, header, lines, note, notebook, page, related, show, statusbar
from core.views.listing import ListView, preset
from core.views.menu import menu
from core.views.page import Page
from core.views.paper import PaperView, party
from core.views.picks import Pick, Picked, picks
from core.views.report import Answers, Linked, Report, ReportPage, ask, column
from core.views.report_change import change_report
from core.views.report_paper import ReportPaper, side
from core.views.strips import chain, process, steps
from core.views.workbench import card, figure

__all__ = [
    "ADMIN",
    "BY_RULE",
    "COMPANY",
    "DEPARTMENT",
    "OWN",
    "OWN_DEPARTMENT",
    "SYSTEM",
    "TEAM",
    "USER",
    "AccessDenied",
    "Annotated",
    "Answers",
    "ApiKey",
    "ApprovalRequest",
    "BadRequest",
    "BoardView",
    "Company",
    "CompanyAddon",
    "CompanyOwned",
    "Conflict",
    "CurrencyRate",
    "Department",
    "Deployment",
    "Duplicate",
    "Employee",
    "Env",
    "Export",
    "ExternalKey",
    "FormView",
    "GoTo",
    "HierarchyRule",
    "Hint",
    "InUse",
    "Job",
    "LazyString",
    "Linked",
    "ListView",
    "LoginAttempt",
    "Mail",
    "Manifest",
    "Mapped",
    "Method",
    "Model",
    "NotFound",
    "Notice",
    "Numbering",
    "Option",
    "OutsideFailed",
    "Owned",
    "Page",
    "PaperText",
    "PaperView",
    "Pick",
    "Picked",
    "Print",
    "Report",
    "ReportPage",
    "ReportPaper",
    "Role",
    "RolePlace",
    "RoleRight",
    "RoleRow",
    "RoleScreen",
    "Schedule",
    "Session",
    "Setting",
    "Share",
    "Shared",
    "SharingRule",
    "State",
    "StateForbids",
    "StoredFile",
    "TeamMember",
    "Tracked",
    "User",
    "UserError",
    "UserRole",
    "ValidationFailed",
    "Where",
    "_",
    "_n",
    "action",
    "after",
    "after_create",
    "after_delete",
    "after_erase",
    "after_restore",
    "after_transition",
    "after_write",
    "aliased",
    "and_",
    "approved",
    "arg",
    "ask",
    "ask_for_approval",
    "attempt",
    "before",
    "before_create",
    "before_delete",
    "before_transition",
    "before_write",
    "button",
    "call_outside",
    "card",
    "case",
    "cast",
    "chain",
    "change_report",
    "check_members",
    "column",
    "company_currency",
    "company_language",
    "computed",
    "currency",
    "current_env",
    "day",
    "decimals_of",
    "demo",
    "email",
    "end_requests",
    "enqueue",
    "exchange_rate",
    "exchange_rates",
    "exists",
    "expression",
    "false",
    "field",
    "field_choice",
    "figure",
    "file",
    "func",
    "grant",
    "group",
    "header",
    "hint",
    "hookspec",
    "implements",
    "inside",
    "job",
    "kernel_version",
    "key_of",
    "lines",
    "literal",
    "longtext",
    "many2many",
    "many2one",
    "mask",
    "menu",
    "money",
    "month",
    "not_",
    "note",
    "notebook",
    "number",
    "numbering",
    "of_others",
    "one2many",
    "option",
    "options",
    "or_",
    "page",
    "party",
    "phone",
    "picks",
    "preset",
    "process",
    "proposal",
    "proposed",
    "quarter",
    "record_rule",
    "related",
    "remove",
    "replace",
    "rounded",
    "secret",
    "seed",
    "select",
    "selection",
    "sentence",
    "sequences_with_drafts",
    "share_record",
    "show",
    "side",
    "state_field",
    "statusbar",
    "steps",
    "total",
    "transition",
    "translated",
    "translations",
    "true",
    "url",
    "waiting_for_me",
    "week",
    "who_may",
    "withdraw",
    "year",
]
