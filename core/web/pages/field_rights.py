"""Saving the field rights and limits of a role on one kind of record; the page itself is `core.views.field_rights`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from core.auth.field_rights_rows import set_field_rights, set_value_limits
from core.auth.models import FieldRight
from core.errors import AccessDenied, BadRequest, NotFound
from core.i18n import _, _n
from core.orm.attempts import attempt
from core.views.field_rights import FIELD_RIGHTS, limits_of, lines_of, models_to_limit, roles_to_limit
from core.web.redirects import redirect
from core.web.request import Request
from core.web.routes import endpoint


@endpoint("field_rights", "/field-rights", "POST")
def save(request: Request) -> Any:
    """Everything that the form shows is set; what it does not show stays. Rights hold with everybody's next click."""
    env = request.env
    if not env.can("update", FieldRight):
        raise AccessDenied()
    role = next((one for one in roles_to_limit(env) if str(one.id) == request.POST.get("role")), None)
    info = models_to_limit(env).get(str(request.POST.get("model", "")))
    if role is None or info is None:
        raise NotFound()
    rights: dict[str, str | None] = {}
    for line in lines_of(env, role.id, info):
        given = request.POST.get(f"right.{line.name}")
        if given is None:
            continue
        if given not in {choice.value for choice in line.choices}:
            raise BadRequest(_("{name} is not valid.", name=line.label))
        rights[line.name] = given or None
    limits: dict[str, list[str]] = {}
    for limit in limits_of(env, role.id, info):
        if f"limited.{limit.name}" in request.POST:
            limits[limit.name] = [str(one) for one in request.POST.getall(f"limit.{limit.name}")]
            if not set(limits[limit.name]) <= {value for value, _label, _ticked in limit.values}:
                raise BadRequest(_("{name} is not valid.", name=limit.label))
    with attempt(env):
        count = set_field_rights(env, role.id, info, rights) + set_value_limits(env, role.id, info, limits)
    text = _n("{n} right was changed.", "{n} rights were changed.", count).format(n=count)
    request.toast(text if count else _("Nothing was changed."), "success" if count else "info")
    return redirect(request, f"{FIELD_RIGHTS.url}?{urlencode({'role': role.id, 'model': info.key})}")
