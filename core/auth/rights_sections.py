"""The sections of which the configured rights of a company are made. A new one is one line here."""

from __future__ import annotations

from typing import Any, Final

from core.auth.company_rights import Section
from core.auth.rights_of_actions import ACTIONS
from core.auth.rights_of_fields import FIELDS, LIMITS
from core.auth.rights_of_offers import OFFERS
from core.auth.rights_of_roles import PLACES, ROLES
from core.auth.rights_of_screens import SCREENS
from core.auth.rights_of_sharing import SHARING
from core.auth.rights_of_superiors import SUPERIORS

SECTIONS: Final[tuple[Section[Any], ...]] = (
    ROLES,
    PLACES,
    ACTIONS,
    SCREENS,
    SUPERIORS,
    FIELDS,
    LIMITS,
    SHARING,
    OFFERS,
)

RIGHTS_MODELS: Final = tuple(sorted({model for section in SECTIONS for model in section.models}))
"""Models of which a changed row, or a changed link, makes the rights of its company anew with the next click."""
