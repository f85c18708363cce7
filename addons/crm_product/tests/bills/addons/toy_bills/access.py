"""Everybody keeps bills."""

from core.api import USER, grant
from toy_bills.models import Bill, BillLine

grants = [grant(USER, model, "read create update delete") for model in (Bill, BillLine)]
