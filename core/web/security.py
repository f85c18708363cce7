"""Pyramid's view of our session: who calls. What a caller may do is asked of the Env, never of Pyramid."""

from __future__ import annotations

from typing import Any

from core.web.request import Request


class SessionSecurity:
    """Pyramid's security policy over our sessions; anything Pyramid would permit by itself is refused."""

    def identity(self, request: Request) -> Any:
        return request.caller

    def authenticated_userid(self, request: Request) -> str | None:
        return None if request.caller is None else str(request.caller.user_id)

    def permits(self, request: Request, context: Any, permission: str) -> bool:
        return False

    def remember(self, request: Request, userid: str, **_options: Any) -> list[tuple[str, str]]:
        return []

    def forget(self, request: Request, **_options: Any) -> list[tuple[str, str]]:
        return []
