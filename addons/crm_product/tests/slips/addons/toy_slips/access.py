"""Everybody keeps slips."""

from core.api import USER, grant
from toy_slips.models import Slip

grants = [grant(USER, model, "read create update delete") for model in (Slip,)]
