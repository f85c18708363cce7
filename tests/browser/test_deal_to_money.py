"""From a lead to the money, by the buttons of the pages: the chain of documents, its pictures and its papers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdfium2 import PdfDocument

from tests.browser.acting import confirm, pick, save, serious_findings, widest
from tests.browser.conftest import Open

DESK, SELLER, SELLER_NAME, MANAGER = "zhuli", "sales1", "张伟", "zongjingli"
PRODUCT, UNIT = "仓库管理系统", {"zh_CN": "套", "en": "Set"}
COMPANY = {"zh_CN": "长河精密仪器有限公司", "en": "Long River Instruments Ltd"}
PHONE = dict(zip(COMPANY.values(), ("021-61005511", "021-61005522"), strict=True))
SAID = {
    "zh_CN": ("报价单", "订单确认书", "买方", "合计", "第二期款项"),
    "en": ("Quotation", "Order confirmation", "Customer", "Total", "The rest"),
}


@dataclass(frozen=True)
class Record:
    """A record whose page is open."""

    page: Page
    url: str

    def open(self) -> None:
        self.page.goto(self.url)

    def step(self, method: str, **values: str) -> None:
        """Press the button of a step, and fill in its dialog where it has one."""
        self.open()
        button = self.page.locator(f'a[href$="/do/{method}"], form[action$="/do/{method}"] button').first
        if not button.is_visible():
            self.page.locator(".ky-actions details.ky-pop > summary").last.click()
        asks = button.evaluate("one => one.tagName") == "A"
        button.click()
        if asks:
            dialog = self.page.locator("dialog[open]")
            if "to" in values:
                pick(self.page, "to", values.pop("to"))
            fill(dialog, values)
            confirm(dialog)
        self.page.wait_for_load_state("networkidle")

    def state(self, code: str) -> None:
        """The picture of states marks the one with this place among them."""
        self.open()
        expect(self.page.locator(".ky-steps [aria-current=step]")).to_have_text(code)


def fill(form: Locator, values: dict[str, str]) -> None:
    for name, value in values.items():
        field = form.locator(f"#f-{name}")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(index=int(value))
        else:
            field.fill(value)


def here(page: Page, model: str) -> Record:
    """The record that a step has led to."""
    expect(page).to_have_url(re.compile(rf"/r/{re.escape(model)}/\d+$"))
    return Record(page, page.url)


def found(page: Page, model: str, **where: str) -> Record:
    """The newest record of a kind that belongs to another one."""
    asked = "&".join(f"f={name}:eq:{value}" for name, value in where.items())
    page.goto(f"/r/{model}?preset=&{asked}&order=-id")
    page.locator("#bulk tbody a.ky-open").first.click()
    return here(page, model)


def key_of(record: Record) -> str:
    return record.url.rpartition("/")[2]


def lead(page: Page, company: str) -> Record:
    page.goto("/r/crm_leads.lead/new")
    fill(
        page.locator("main"),
        {
            "title": f"{company} 2026",
            "company_name": company,
            "person": "Li",
            "phone": PHONE[company],
            "need": "CRM",
        },
    )
    save(page)
    return here(page, "crm_leads.lead")


def quote(page: Page, opportunity: Record, language: str) -> Record:
    """Made of the opportunity, with one product."""
    opportunity.step("make_quote")
    made = here(page, "crm_sales.quote")
    page.goto(f"/r/crm_sales.quote_line/new?document={key_of(made)}")
    pick(page, "product", PRODUCT)
    pick(page, "unit", UNIT[language])
    fill(page.locator("main"), {"quantity": "2", "unit_price": "1500"})
    save(page)
    expect(page).to_have_url(re.compile(r"/r/crm_sales\.quote_line/\d+$"))
    return made


def paper(page: Page, record: Record, language: str, folder: Path) -> str:
    """The words of the PDF that the page of a record gives out."""
    page.goto(f"{record.url}/paper/paper?language={language}")
    assert serious_findings(page) == []
    with page.expect_download() as download:
        page.locator("button[name=as][value=pdf]").click()
    saved = folder / download.value.suggested_filename
    download.value.save_as(saved)
    document = PdfDocument(saved.read_bytes())
    fonts = saved.read_bytes().count(b"/FontFile")
    assert fonts >= 1, "the fonts are in the file"
    return "\n".join(one.get_textpage().get_text_bounded() for one in document)


def delivered(page: Page, order: Record, quantity: str | None = None) -> None:
    """One delivery of the order: all that is open, or so much of it."""
    order.step("deliver")
    delivery = found(page, "crm_sales.delivery", order=key_of(order))
    if quantity is not None:
        line = found(page, "crm_sales.delivery_line", delivery=key_of(delivery))
        page.goto(f"{line.url}/edit")
        fill(page.locator("main"), {"quantity": quantity})
        save(page)
        here(page, "crm_sales.delivery_line")
    delivery.step("post")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_from_a_lead_to_the_money(open_page: Open, language: str, tmp_path: Path) -> None:
    quotation, confirmation, _customer, _total, rest = SAID[language]
    company = COMPANY[language]
    desk = open_page("/", DESK, language=language)
    given = lead(desk, company)
    given.step("assign", to=SELLER_NAME)
    seller = open_page("/", SELLER, language=language)
    first = Record(seller, given.url)
    first.step("log_activity", kind="1", result="OK")
    first.step("upgrade", expected_close="2027-03-31", amount="3000")
    opportunity = here(seller, "crm_leads.opportunity")

    offer = quote(seller, opportunity, language)
    offer.step("mark_sent")
    words = paper(seller, offer, language, tmp_path)
    assert quotation in words and company in words and "3,000.00" in words and PRODUCT in words
    offer.step("accept")
    offer.step("make_order")
    order = here(seller, "crm_sales.order")
    order.step("confirm")
    expect(seller.locator("svg.ky-picture .ky-box.is-waiting").first).to_be_visible()
    words = paper(seller, order, language, tmp_path)
    assert confirmation in words and company in words and "3,000.00" in words

    boss = open_page("/", MANAGER, language=language)
    order = Record(boss, order.url)
    delivered(boss, order, "1")
    delivered(boss, order)
    order.step("request_invoice")
    invoice = found(boss, "crm_finance.invoice", order=key_of(order))
    invoice.step("issue", invoice_number=f"F-{language}-1")
    receivable = found(boss, "crm_finance.receivable", order=key_of(order))
    receivable.step("receive", payment_method="1", amount="1000")
    receivable.step("receive", payment_method="1", reference=rest)
    order.open()
    expect(boss.locator("main")).to_contain_text("3,000.00")

    chain = boss.locator(".ky-chain > li")
    boss.evaluate("document.querySelector('#strip-chain').scrollIntoView()")  # loading takes its place
    expect(chain.first).to_be_visible()
    names = [step.all_inner_texts() for step in (one.locator(".ky-link") for one in chain.all())]
    assert names[0] == [f"{company} 2026"], "the lead"
    assert len(names) >= 5, "lead, opportunity, quote, order, and what came of it"
    assert boss.locator('.ky-chain a[href^="/r/crm_sales.delivery/"]').count() == 2
    assert serious_findings(boss) == []
    boss.set_viewport_size({"width": 390, "height": 844})
    assert widest(boss) <= 390
    boss.set_viewport_size({"width": 1280, "height": 800})

    order.step("close", reason=rest)
    order.open()
    expect(boss.locator(".ky-record-head a[href$='/edit']")).to_have_count(0)
    expect(boss.locator("a[href$='/do/deliver']")).to_have_count(0)
    expect(boss.locator(".ky-steps [aria-current=step]")).to_be_visible()
