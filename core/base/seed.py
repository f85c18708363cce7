"""What the kernel ships for each company: how departments and employees are numbered."""

from __future__ import annotations

from core.api import numbering

DEPARTMENTS = numbering("base.department", prefix="D", width=4)
EMPLOYEES = numbering("base.employee", prefix="E", width=5)
HAND_OVERS = numbering("base.hand_over", prefix="HO", width=5)
