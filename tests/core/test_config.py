"""Settings: where they come from, which source wins, and what a wrong one is told."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.config import ConfigError, installation_root, load_config, make_private_folder, process_environment
from core.i18n import use_language


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty working folder and home, no variable of ours, messages in English."""
    for name in list(os.environ):
        if name.startswith(("KEYUAN_", "XDG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with use_language("en"):
        yield


def test_defaults_need_no_file(tmp_path: Path) -> None:
    config = load_config()
    root = installation_root()
    assert (config.host, config.port, config.base_url) == ("127.0.0.1", 6543, "http://127.0.0.1:6543")
    assert (config.web_processes, config.web_threads, config.worker_processes) == (1, 8, 1)
    assert (config.language, config.safe_mode, config.database_url, config.source) == (
        "zh_CN",
        False,
        None,
        None,
    )
    assert config.addons_path == (root / "addons",)
    assert config.state_dir.parent == tmp_path / "home/.local/state/keyuan"
    assert config.state_dir.name.startswith(f"{root.name}-")


def test_state_lies_in_the_place_of_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    ordinary = load_config().state_dir
    assert ordinary.parent == tmp_path / "state/keyuan"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert load_config().state_dir == Path("/var/lib/keyuan") / ordinary.name


def test_two_installations_have_two_states(monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_config().state_dir
    monkeypatch.setattr(
        "core.config.installation_root", lambda: Path("/elsewhere") / installation_root().name
    )
    assert load_config().state_dir != first


def test_command_line_beats_environment_beats_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "keyuan.toml").write_text(
        'port = 1\nhost = "::"\nweb_threads = 3\naddons_path = ["mine", "/theirs"]\n'
    )
    monkeypatch.setenv("KEYUAN_PORT", "2")
    monkeypatch.setenv("KEYUAN_WEB_THREADS", "4")
    monkeypatch.setenv("KEYUAN_LANGUAGE", "")
    config = load_config({"port": 3, "host": None})
    assert (config.port, config.web_threads, config.host) == (3, 4, "::")
    assert config.language == "zh_CN", "an empty variable is none"
    assert config.base_url == "http://localhost:3", "people cannot type the address of all interfaces"
    assert config.addons_path == (tmp_path / "mine", Path("/theirs")), "relative to the file"
    assert config.source == tmp_path / "keyuan.toml"


def test_file_is_found_by_variable_and_in_the_configuration_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home/.config/keyuan"
    home.mkdir(parents=True)
    (home / "keyuan.toml").write_text("port = 7001\n")
    assert load_config().port == 7001
    (tmp_path / "other.toml").write_text('port = 7002\nstate_dir = "~/data"\n')
    monkeypatch.setenv("KEYUAN_CONFIG", "other.toml")
    config = load_config()
    assert (config.port, config.state_dir) == (7002, tmp_path / "home/data")
    monkeypatch.setenv("KEYUAN_CONFIG", "missing.toml")
    with pytest.raises(ConfigError, match=r"KEYUAN_CONFIG: .*missing\.toml"):
        load_config()


def test_database_addresses_name_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYUAN_DATABASE_URL", "postgres://app:secret@db/crm")
    monkeypatch.setenv("KEYUAN_OWNER_URL", "postgresql+psycopg2://owner@db/crm")
    config = load_config()
    assert config.database_url == "postgresql+psycopg2://app:secret@db/crm"
    assert config.owner_url == "postgresql+psycopg2://owner@db/crm"
    assert "secret" not in repr(config)
    monkeypatch.delenv("KEYUAN_DATABASE_URL")
    with pytest.raises(ConfigError, match="owner_url"):
        load_config()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("port", "65536"),
        ("port", "http"),
        ("port", "-1"),
        ("web_processes", "0"),
        ("safe_mode", "perhaps"),
        ("base_url", "crm.example.com"),
        ("base_url", "https://[crm"),
        ("base_url", "https://crm.example.com/?a=1"),
        ("language", "Chinese"),
        ("host", "  "),
        ("unheard_of", "1"),
    ],
)
def test_wrong_value_names_key_and_place(
    key: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setenv(f"KEYUAN_{key.upper()}", value)
        with pytest.raises(ConfigError) as from_environment:
            load_config()
        assert f"(in KEYUAN_{key.upper()})" in str(from_environment.value)
    (tmp_path / "keyuan.toml").write_text(f'{key} = "{value}"\n')
    with pytest.raises(ConfigError) as from_file:
        load_config()
    assert str(from_file.value).startswith(f"{key}: ")
    assert f"(in {tmp_path / 'keyuan.toml'})" in str(from_file.value)
    assert from_file.value.setting == key


@pytest.mark.parametrize(
    "line",
    ["port = true", "port = 1.5", "safe_mode = 2", "host = 1", "addons_path = []", "addons_path = [1]"],
)
def test_file_takes_the_right_kinds_only(line: str, tmp_path: Path) -> None:
    (tmp_path / "keyuan.toml").write_text(line)
    with pytest.raises(ConfigError, match=line.split(" ")[0]):
        load_config()


def test_wrong_database_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYUAN_DATABASE_URL", "mysql://root:secret@db/crm")
    with pytest.raises(ConfigError, match="database_url") as caught:
        load_config()
    assert "secret" not in str(caught.value)


def test_unreadable_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "keyuan.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"keyuan\.toml"):
        load_config()


def test_variables_of_others_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYUAN_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("KEYUAN_PORT_6543_TCP", "tcp://10.0.0.1:6543")
    assert load_config().port == 6543
    assert process_environment(EXTRA="1")["EXTRA"] == "1"
    assert "EXTRA" not in os.environ


def test_config_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        load_config().port = 1  # type: ignore[misc]


def read_secret(folder: str) -> bytes:
    return load_config({"state_dir": folder}).secret


def test_secret_stays_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    secret = read_secret(str(folder))
    assert secret == read_secret(str(folder)) != read_secret(str(tmp_path / "other"))


def test_addresses_of_the_web(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_config({"host": "::1", "port": 80}).base_url == "http://[::1]:80"
    assert (
        load_config({"base_url": "https://crm.example.com/keyuan/"}).base_url
        == "https://crm.example.com/keyuan"
    )


def test_secret_is_made_once_for_all_processes(tmp_path: Path) -> None:
    folder = tmp_path / "deep/state"
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        secrets = set(pool.map(read_secret, [str(folder)] * 8))
    assert len(secrets) == 1
    assert len(secrets.pop()) == 32
    assert [path.name for path in folder.iterdir()] == ["secret"]
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "abc", "00" * 8])
def test_damaged_secret_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(content)
    with pytest.raises(ConfigError, match="secret"):
        read_secret(str(tmp_path))


def test_private_folders_change_no_existing_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o705)
    make_private_folder(tmp_path / "a/b")
    assert [stat.S_IMODE(p.stat().st_mode) for p in (tmp_path, tmp_path / "a", tmp_path / "a/b")] == [
        0o705,
        0o700,
        0o700,
    ]
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    make_private_folder(tmp_path / "a/c")
    assert stat.S_IMODE((tmp_path / "a/c").stat().st_mode) == 0o711
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="state_dir"):
        make_private_folder(tmp_path / "file/below")
