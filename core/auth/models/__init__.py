"""The kernel's own models: organisation, accounts, switches, and what every addon's records lean on."""

from core.auth.models.addon import CompanyAddon
from core.auth.models.api_key import ApiKey
from core.auth.models.company import Company
from core.auth.models.currency_rate import CurrencyRate
from core.auth.models.department import Department
from core.auth.models.employee import Employee
from core.auth.models.external_key import ExternalKey
from core.auth.models.field_right import FieldRight, ValueLimit
from core.auth.models.login_attempt import LoginAttempt
from core.auth.models.notice import Notice
from core.auth.models.numbering import Numbering
from core.auth.models.one_time_token import OneTimeToken
from core.auth.models.option import Option
from core.auth.models.passkey import Passkey
from core.auth.models.role import Role as RoleRow
from core.auth.models.role import UserRole
from core.auth.models.role_rights import HierarchyRule, RolePlace, RoleRight, RoleScreen
from core.auth.models.second_factor import RecoveryCode, Totp
from core.auth.models.session import Session
from core.auth.models.setting import Setting
from core.auth.models.sharing import Share, SharingRule
from core.auth.models.sign_in_step import SignInStep
from core.auth.models.user import User

MODELS = (
    Company, User, Department, Employee, RoleRow, UserRole, Session, LoginAttempt, OneTimeToken, CompanyAddon,
    Option, Numbering, Notice, ExternalKey, Setting, Totp, RecoveryCode, Passkey,
    SignInStep, RolePlace, RoleRight, RoleScreen, HierarchyRule, FieldRight, ValueLimit, SharingRule, Share,
    CurrencyRate, ApiKey,
)  # fmt: skip
"""For the loader: the kernel's addon lists this package once."""

__all__ = [
    "MODELS", "ApiKey", "Company", "CompanyAddon", "CurrencyRate", "Department", "Employee", "ExternalKey",
    "FieldRight", "HierarchyRule", "LoginAttempt", "Notice", "Numbering", "OneTimeToken", "Option",
    "Passkey", "RecoveryCode", "RolePlace", "RoleRight", "RoleRow", "RoleScreen", "Session", "Setting",
    "Share", "SharingRule", "SignInStep", "Totp", "User", "UserRole", "ValueLimit",
]  # fmt: skip
