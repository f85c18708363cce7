"""Passwords of demonstration accounts: printable again at any time, useless from anywhere but this machine."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from typing import Final

_WORDS: Final = tuple(
    "amber anchor apple arrow autumn bamboo barley basket beacon birch bridge bronze cabin candle canyon cedar "
    "cherry clover cobalt copper coral cotton crane crystal daisy delta ember falcon fern forest garden ginger "
    "glacier harbor hazel island ivory jasmine kettle lantern lemon lotus maple marble meadow mint mountain "
    "ocean olive orchid pebble pepper pine plum quartz river saffron silver spruce summit sunrise tulip valley "
    "willow".split()
)


def demo_password(secret: bytes, login: str) -> str:
    """The password of the demonstration account `login` in the deployment with this secret: words and digits."""
    digest = hmac.new(secret, b"demo password:" + login.casefold().encode(), hashlib.sha256).digest()
    words = [_WORDS[byte % len(_WORDS)] for byte in digest[:3]]
    return "-".join([*words, f"{int.from_bytes(digest[3:7], 'big') % 10_000:04d}"])


def is_demo_password(secret: bytes, login: str, password: str, address: str | None) -> bool:
    """Whether this is that password, given from this machine itself.

    `address` is where the connection really comes from. Behind a proxy on the same machine every visitor seems to
    be here: a request that carries forwarding headers has to be given as None.
    """
    right = hmac.compare_digest(demo_password(secret, login).encode(), password.encode("utf-8", "replace"))
    return right and is_loopback(address)


def is_loopback(address: str | None) -> bool:
    """True for 127.0.0.0/8 and ::1, also where IPv6 wraps the former; False for what is no address."""
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback
