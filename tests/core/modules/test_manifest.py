"""A manifest is refused at once, in words, when it cannot be meant."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import core
from core.errors import ManifestError
from core.i18n import translator
from core.modules.manifest import Manifest, fits, name_problem, parse_version

_ = translator("toy_base")
GOOD: dict[str, Any] = {"name": "acme_loyalty", "title": _("Loyalty"), "version": "1.2.0"}


def test_a_good_manifest_keeps_what_it_was_given() -> None:
    manifest = Manifest(**GOOD, depends=["crm_base", "crm_base", "crm_leads"], summary=_("Points"))
    assert manifest.depends == ("crm_base", "crm_leads")
    assert manifest.release == (1, 2, 0)
    assert str(manifest.title) == "Loyalty"
    assert manifest.fits(core.__version__)
    with pytest.raises(AttributeError):
        manifest.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    "name",
    ["ab", "Crm", "1crm", "crm-leads", "crm leads", "a" * 32, "", "kunde_ß", "crm;drop", None, 7, "crm_", "a__b",
     "pg_catalog", "pg_toast", "public", "information_schema", "core", "addons", "removed_crm", "class", "import"],
)  # fmt: skip
def test_names_that_cannot_be_schema_package_and_prefix_are_refused(name: Any) -> None:
    assert name_problem(name) is not None
    with pytest.raises(ManifestError):
        Manifest(**{**GOOD, "name": name})


@pytest.mark.parametrize("name", ["base", "crm_base", "abc", "a" * 31, "acme2_x"])
def test_ordinary_names_pass(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"version": "one"}, "version must look like"),
        ({"version": "1"}, "version must look like"),
        ({"version": "1.0rc1"}, "version must look like"),
        ({"version": None}, "version must look like"),
        ({"title": ""}, "title is missing"),
        ({"title": None}, "title is missing"),
        ({"core": "1.0"}, "range of kernel versions"),
        ({"core": ">=1.0,,<2"}, "range of kernel versions"),
        ({"core": None}, "range of kernel versions"),
        ({"depends": "crm_base"}, "depends must be a list"),
        ({"depends": [None]}, "depends must be a list"),
        ({"modules": ["core auth"]}, "modules must be a list"),
        ({"depends": ["acme_loyalty"]}, "names itself"),
        ({"conflicts": ["acme_loyalty"]}, "names itself"),
        ({"depends": ["crm_base"], "conflicts": ["crm_base"]}, "both depends on and conflicts"),
        ({"conflicts": ["base"]}, "cannot conflict with the kernel"),
    ],
)
def test_statements_that_cannot_be_meant_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ManifestError, match=words) as caught:
        Manifest(**{**GOOD, **settings})
    assert caught.value.addon == "acme_loyalty"
    assert caught.value.audience == "integrator"


@pytest.mark.parametrize(
    ("version", "wanted", "expected"),
    [
        ("1.0.0", ">=1.0,<2.0", True),
        ("1.9.9", ">=1.0,<2.0", True),
        ("2.0.0", ">=1.0,<2.0", False),
        ("0.9", ">=1.0,<2.0", False),
        ("1.10.0", ">1.9", True),
        ("1.2", "==1.2.0", True),
        ("1.2.1", "!=1.2.1", False),
        ("1.2.1", "<= 1.2.1", True),
    ],
)
def test_ranges_compare_numbers_not_text(version: str, wanted: str, expected: bool) -> None:
    assert fits(parse_version(version), wanted) is expected


def test_what_comes_along_is_kept_as_it_was_said() -> None:
    made = Manifest(
        name="acme_one", title="One", version="1.0.0", provides=["acme_one.clerk", "acme_one.clerk"],
        outbound_hosts=["api.example.com", "localhost", "10.0.0.1"], keeps_data="Its points stay readable.",
    )  # fmt: skip
    assert made.provides == ("acme_one.clerk",)
    assert made.outbound_hosts == ("api.example.com", "localhost", "10.0.0.1")
    assert made.keeps_data == "Its points stay readable."


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"provides": "acme_one.clerk"}, "provides must be a list of names"),
        ({"provides": ["clerk"]}, "is called acme_one.something, not clerk"),
        ({"provides": ["crm_base.clerk"]}, "is called acme_one.something"),
        ({"provides": ["acme_one.a b"]}, "is called acme_one.something"),
        ({"outbound_hosts": "example.com"}, "outbound_hosts must be a list of names"),
        ({"outbound_hosts": ["https://example.com"]}, "no name of a host"),
        ({"outbound_hosts": ["*.example.com"]}, "no name of a host"),
        ({"outbound_hosts": ["Example.com"]}, "no name of a host"),
        ({"keeps_data": True}, "keeps_data is a sentence"),
    ],
)
def test_promises_that_cannot_be_meant_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ManifestError, match=re.escape(words)):
        Manifest(name="acme_one", title="One", version="1.0.0", **settings)


def test_the_kernels_version_is_said_in_one_place() -> None:
    metadata = (Path(core.__file__).parents[1] / "setup.cfg").read_text("utf-8")
    assert re.search(r"^version = attr: core.__version__$", metadata, re.MULTILINE)
    assert ".".join(map(str, parse_version(core.__version__))) == core.__version__
