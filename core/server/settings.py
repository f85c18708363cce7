"""Settings of the embedded server for one machine that also runs other things. Standard library only."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_MEGABYTE = 1 << 20
PARALLEL_SETUP_COST = "10000"
"""Ten times what PostgreSQL takes it for: starting processes beside a statement costs 5 to 20 milliseconds, and the
page of a list is there sooner without them. Reports over many rows have them still.
"""


def server_settings(home: Path, socket_folder: Path, port: int, changes: Mapping[str, str]) -> str:
    """The text of `postgresql.conf`; `changes` wins (tests switch fsync off)."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MEGABYTE
    values = {
        "listen_addresses": "",
        "port": str(port),
        "unix_socket_directories": '"' + str(socket_folder).replace('"', '""') + '"',
        "unix_socket_permissions": "0700",
        "hba_file": str(home / "pg_hba.conf"),
        "ident_file": str(home / "pg_ident.conf"),
        "cluster_name": "keyuan",
        "max_connections": "100",
        "password_encryption": "scram-sha-256",
        "shared_buffers": f"{min(512, max(64, memory // 16))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(256, max(64, memory // 16))}MB",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "jit": "off",
        "parallel_setup_cost": PARALLEL_SETUP_COST,
        "fsync": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_min_messages": "warning",
        "log_line_prefix": "%m [%p] %d ",
        **changes,
    }
    lines = (f"{name} = '{_quoted(value)}'" for name, value in values.items())
    return (
        "# Written by Keyuan at each start; lasting changes go through ALTER SYSTEM.\n"
        + "\n".join(lines)
        + "\n"
    )


def host_based_access() -> str:
    """Local socket only, and a password even there: the fallback user `nobody` may have other processes."""
    return "# Written by Keyuan at each start.\nlocal all all scram-sha-256\n"


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
