"""Documents made of a record: what stands on them and what never does, printed and as PDF, counted like any print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdfium2 import PdfDocument
from webtest import TestApp

from core.errors import AccessDenied, UserError, ValidationFailed
from core.exchange import pdf
from core.exchange.limits import ExportLimits, PrintLimit, keep_limits
from core.exchange.paper import Document, document_of
from core.views.resolve import paper_for, papers_of
from tests.core.web.conftest import People
from tests.core.web.papers.conftest import DEAL


def words(content: bytes) -> str:
    """Everything that a PDF says, page after page."""
    return "\n".join(page.get_textpage().get_text_bounded() for page in PdfDocument(content))


def document(people: People, name: str, key: int, language: str = "en") -> Document:
    with people.env(name) as env:
        return document_of(env, paper_for(env, DEAL, "paper"), key, language)


def give(browser: TestApp, address: str, how: str) -> Any:
    """Press the button of the preview; gives the page that prints, or the PDF."""
    form = browser.get(address).forms[0]
    answer = form.submit("as", value=how, status=303)
    return browser.get(answer.location)


def test_a_record_page_offers_its_documents_by_state(ann: TestApp, people: People, deal: int) -> None:
    page = ann.get(f"/r/{DEAL}/{deal}")
    assert f"/r/{DEAL}/{deal}/paper/paper" in page and "/paper/agreement" not in page
    ann.get(f"/r/{DEAL}/{deal}/paper/agreement", status=409)
    with people.env("Ann Lee") as env:
        record: Any = env.get(DEAL, deal)
        env.run(env.info(DEAL).methods["send"], [record])
    assert "/paper/agreement" in ann.get(f"/r/{DEAL}/{deal}")
    ann.get(f"/r/{DEAL}/{deal}/paper/agreement", status=200)
    ann.get(f"/r/{DEAL}/{deal}/paper/nothing", status=404)


def test_a_document_says_what_it_names(people: People, deal: int) -> None:
    made = document(people, "Ann Lee", deal)
    assert (made.title, made.number, made.company) == ("Offer", "D-1 <b>", "Acme")
    assert [(one.label, one.name, one.lines) for one in made.parties] == [
        ("Seller of the deal", "Acme", []),
        ("Buyer", "长城机械", ["1 Wall Road, Peking"]),
    ]
    assert made.head == [("Kind of deal", "Lease"), ("State", "Draft deal")], "an empty day is not mentioned"
    (table,) = made.tables
    assert [one.label for one in table.columns] == ["No.", "Item", "Quantity", "Price"]
    assert table.rows == [
        ["1", "First", "1.5", "CN¥0.00"],
        ["2", "Second", "3", "CN¥12.50"],
        ["3", "Third", "1", "CN¥0.00"],
    ]
    assert made.totals == [("Net", "$1,000.00"), ("Grand total", "$1,130.00")]
    assert made.paragraphs == [("Terms", "Pay #soon.\n*Never* late: $x$")]


def test_in_the_language_that_is_chosen(ann: TestApp, people: People, deal: int) -> None:
    made = document(people, "Ann Lee", deal, "zh_CN")
    assert made.title == "报价单" and ("Kind of deal", "租赁") in made.head and made.totals[-1][0] == "总计"
    assert [one.label for one in made.tables[0].columns][:2] == ["序号", "品名"]
    page = ann.get(f"/r/{DEAL}/{deal}/paper/paper?language=zh_CN")
    assert page.html.find("main")["lang"] == "zh-CN" and page.html.find("html")["lang"] == "en"
    assert "报价单" in page and "US$1,130.00" in page and "Preview" in page
    ann.get(f"/r/{DEAL}/{deal}/paper/paper?language=fr", status=400)


def test_hidden_fields_stand_on_no_paper(ann: TestApp, dan: TestApp, people: People, deal: int) -> None:
    for browser, name, expected in ((ann, "Ann Lee", False), (dan, "Dan", True)):
        made = document(people, name, deal)
        assert ("Margin" in dict(made.totals)) is expected
        assert ("CN¥777.00" in made.tables[0].rows[0]) is expected
        address = f"/r/{DEAL}/{deal}/paper/paper"
        assert ("777" in browser.get(address)) is expected
        assert ("777" in words(give(browser, address, "pdf").body)) is expected


def test_who_may_not_print_gets_nothing(rae: TestApp, eve: TestApp, people: People, deal: int) -> None:
    address = f"/r/{DEAL}/{deal}/paper/paper"
    assert "/paper/" not in rae.get(f"/r/{DEAL}/{deal}")
    rae.get(address, status=403)
    eve.get(address, status=404)
    with people.env("Rae") as env, pytest.raises(AccessDenied):
        document_of(env, papers_of(env, DEAL)[0], deal, "en")


def test_the_pdf_is_given_out_and_counted(ann: TestApp, dan: TestApp, people: People, deal: int) -> None:
    address = f"/r/{DEAL}/{deal}/paper/paper?language=zh_CN"
    form = ann.get(address).forms[0]
    answer = form.submit("as", value="pdf", status=303)
    assert form.submit("as", value="pdf", status=303).location == answer.location, (
        "a double click is one print"
    )
    file = ann.get(answer.location)
    assert file.content_type == "application/pdf" and file.body.startswith(b"%PDF-")
    assert (
        "filename*=UTF-8''%E6%8A%A5%E4%BB%B7%E5%8D%95%20D-1%20%3Cb%3E.pdf"
        in file.headers["Content-Disposition"]
    )
    text = words(file.body)
    for said in ("报价单", "D-1 <b>", "长城机械", "US$1,130.00", "Pay #soon.", "*Never* late: $x$", "1 / 1"):
        assert said in text, said
    dan.get(answer.location, status=404)
    prints = [
        row for row in people.rows("base.print", "record_id", "number", "asked") if row.record_id == deal
    ]
    assert [(row.number, row.asked["paper"], row.asked["language"]) for row in prints] == [
        (1, "paper", "zh_CN")
    ]
    assert "Printed" in ann.get(f"/r/{DEAL}/{deal}")


def test_the_page_that_prints_and_copies(ann: TestApp, people: People, deal: int) -> None:
    with people.env("Ann Lee") as env:
        keep_limits(env, ExportLimits(), {DEAL: PrintLimit(1, "copy")})
    address = f"/r/{DEAL}/{deal}/paper/paper"
    page = give(ann, address, "print")
    assert "is-preview" not in page and "data-print" in page and "Copy" not in page.html.find("main").text
    assert "Copy 1" in ann.get(address)
    assert "Copy 1" in give(ann, address, "print")
    assert "副本 2" in words(give(ann, f"{address}?language=zh_CN", "pdf").body)
    with people.env("Ann Lee") as env:
        keep_limits(env, ExportLimits(), {DEAL: PrintLimit(1, "refuse")})
    assert not ann.get(address).forms
    with people.env("Ann Lee") as env:
        keep_limits(env, ExportLimits(), {})


def test_the_company_s_own_words(ann: TestApp, people: People, deal: int) -> None:
    with people.env("Ann Lee") as env:
        env.create("base.paper_text", document="*", language="en", letterhead="1 Acme Street", closing="Bye.")
        env.create("base.paper_text", document=f"{DEAL}/paper", language="en", closing="For {code}: {total} {none}",
                   foot="acme.example")  # fmt: skip
        env.create("base.paper_text", document="*", language="zh_CN", closing="再见")
    texts = document(people, "Dan", deal).texts
    assert (texts.letterhead, texts.closing) == ("1 Acme Street", "For D-1 <b>: $1,130.00 {none}")
    assert document(people, "Ann Lee", deal, "zh_CN").texts.closing == "再见"
    page = ann.get(f"/r/{DEAL}/{deal}/paper/paper")
    assert "For D-1 &lt;b&gt;: $1,130.00 {none}" in page and "acme.example" in page
    text = words(give(ann, f"/r/{DEAL}/{deal}/paper/paper", "pdf").body)
    assert "1 Acme Street" in text and "For D-1 <b>: $1,130.00 {none}" in text and "acme.example" in text
    form = ann.get("/r/base.paper_text/new")
    assert "Offer" in form and "All documents" in form
    with people.env("Ann Lee") as env, pytest.raises(ValidationFailed, match="already"):
        env.create("base.paper_text", document="*", language="en")
    with people.env("Ann Lee") as env:
        env.delete(env.search("base.paper_text"))


def test_without_a_chinese_font_it_is_said(
    ann: TestApp, people: People, deal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "fonts", _NoChinese())
    address = f"/r/{DEAL}/{deal}/paper/paper"
    refused = ann.get(address).forms[0].submit("as", value="pdf", status=422)
    assert "No font with Chinese characters" in refused
    assert (
        not people.rows("base.print", "record_id")[-1:]
        or people.rows("base.print", "record_id")[-1][0] != deal
    )
    assert "data-print" in give(ann, address, "print")


class _NoChinese:
    """A server without Chinese fonts."""

    def __call__(self) -> Any:
        return self

    def families(self) -> list[str]:
        return ["Liberation Sans", "Libertinus Serif"]

    def cache_clear(self) -> None:
        """Nothing was kept."""


def test_a_document_with_more_rows_than_fit_is_refused(
    people: People, deal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.exchange.paper.MOST_ROWS", 2)
    with pytest.raises(UserError, match="here are more"):
        document(people, "Ann Lee", deal)


def test_statements_do_not_grow_with_rows(people: People, deal: int, statements: Callable[[], Any]) -> None:
    with statements() as few:
        document(people, "Ann Lee", deal)
    with people.env("Ann Lee") as env:
        env.create_many("toy_deals.line", [{"deal": deal, "item": f"I{n}", "price": n} for n in range(300)])
    with statements() as many:
        made = document(people, "Ann Lee", deal)
    assert len(made.tables[0].rows) == 303 and len(many) == len(few)
    assert len(PdfDocument(pdf.pdf_of(made, datetime.now(UTC)))) > 3
