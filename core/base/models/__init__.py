"""What administrators see of and do with the kernel's own records, beyond what the kernel itself needs of them."""

from core.base.models.api_key import BaseApiKey
from core.base.models.company_addon import BaseCompanyAddon
from core.base.models.department import BaseDepartment
from core.base.models.employee import BaseEmployee
from core.base.models.hand_over import HandOver, HandOverLine
from core.base.models.numbering import BaseNumbering
from core.base.models.role import BaseRole, BaseUserRole
from core.base.models.session import BaseSession
from core.base.models.user import BaseUser

__all__ = [
    "BaseApiKey",
    "BaseCompanyAddon",
    "BaseDepartment",
    "BaseEmployee",
    "BaseNumbering",
    "BaseRole",
    "BaseSession",
    "BaseUser",
    "BaseUserRole",
    "HandOver",
    "HandOverLine",
]
