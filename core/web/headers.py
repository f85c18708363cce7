"""What every answer says to the browser: no foreign code, no frames, no guessing of types, no copies kept.

The one place for the content security policy. A page gets a nonce for the few tags that need one; nothing is ever
allowed `unsafe-inline` or `unsafe-eval`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from core.web.cookies import is_https

if TYPE_CHECKING:
    from core.web.request import Request

_HSTS: Final = "max-age=31536000; includeSubDomains"


def content_security_policy(nonce: str) -> str:
    """The policy of one answer."""
    own = f"'self' 'nonce-{nonce}'"
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {own}",
            f"style-src {own}",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        )
    )


def secure(request: Request, response: Any) -> None:
    """Add the security headers, and for open pages what their company has; a header that the view has set stays."""
    headers = response.headers
    headers["X-Request-Id"] = request.request_id
    headers.setdefault("Content-Security-Policy", content_security_policy(request.csp_nonce))
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("X-Frame-Options", "DENY")
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    headers.setdefault("Cache-Control", "no-store")
    if request.is_api:
        headers["Cache-Control"] = "no-store"
    if request.is_htmx and request.caller is not None:
        headers["X-Features"] = request.features
    if is_https(request):
        headers["Strict-Transport-Security"] = _HSTS
