"""The list."""

from __future__ import annotations

from webtest import TestApp

from tests.core.web.records.conftest import LIST, Works


def test_first(ann: TestApp, works: Works) -> None:
    works.add(title="A <b>bold</b> one", price="12.5")
    page = ann.get(LIST)
    assert "A &lt;b&gt;bold&lt;/b&gt; one" in page.text
