"""Refusals that only programs meet, or are told more of: which status each has, and what stands beside its words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from core.errors import Conflict, UserError, ValidationFailed
from core.i18n import LazyString, _
from core.orm.dormant import model_here
from core.orm.retrying import Overtaken
from core.web.api.bodies import NotJson
from core.web.api.conditions import VersionNeeded
from core.web.api.conflicts import told
from core.web.api.problems import problem
from core.web.api.writing import VersionPassed
from core.web.request import Request

View = Callable[[Request], Any]
_STATUS: Final[dict[type[UserError], tuple[int, LazyString]]] = {
    VersionPassed: (412, _("Changed in the meantime")),
    NotJson: (415, _("Not JSON")),
    VersionNeeded: (428, _("The version is missing")),
}


def explained(view: View) -> View:
    """The view, whose refusals say what a program needs to go on: the values of a conflict, the rows with problems."""

    @wraps(view)
    def answer(request: Request) -> Any:
        try:
            return view(request)
        except (VersionPassed, NotJson, VersionNeeded) as error:
            status, title = _STATUS[type(error)]
            return problem(request, error, status, title=title, detail=error.message)
        except Overtaken:
            raise  # the whole request is tried again
        except Conflict as error:
            found = told(request.env, model_here(request.env, request.matchdict["model"]), error)
            return problem(
                request, error, 409, title=_("Changed in the meantime"), detail=error.message, conflicts=found
            )
        except ValidationFailed as error:
            if not error.rows:
                raise
            return problem(
                request, error, 422, title=_("Not possible"), detail=error.message, rows=_rows(error)
            )

    return answer


def _rows(error: ValidationFailed) -> list[dict[str, Any]]:
    """Of several records that were to be made, those that are refused, by their place in the body."""
    return [
        {
            "row": place,
            "errors": [
                {"field": name, "message": str(text)} for name, texts in problems.items() for text in texts
            ],
        }
        for place, problems in error.rows.items()
    ]
