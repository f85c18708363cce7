"""Events of receivables that other addons may answer. All run in the transaction of the step."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.api import Env, hookspec

if TYPE_CHECKING:
    from addons.crm_finance.models import Receivable


@hookspec
def receivable_split(env: Env, old: "Receivable", new: "Sequence[Receivable]") -> None:
    """An instalment was cancelled for new ones. Whoever links instalments to documents links the new ones here."""
