"""A slip and its lines."""

from toy_slips.models.slip import Slip, SlipLine

__all__ = ["Slip", "SlipLine"]
