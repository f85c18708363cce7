"""The main job: an enquiry becomes a lead, an opportunity, a sale. And the board with its way back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.acting import confirm, do, drag, pick, save, toast
from tests.browser.conftest import Open, Watch

DESK, SELLER, SELLER_NAME = "zhuli", "sales1", "张伟"
BOARD = "/r/crm_leads.opportunity?view=board&preset=mine"


def state_of(page: Page) -> str:
    return page.locator(".ky-steps [aria-current=step]").inner_text()


def made_by_the_desk(page: Page, title: str, company: str, phone: str) -> str:
    """A lead as the desk enters it; the address of its page."""
    page.goto("/r/crm_leads.lead/new")
    page.locator("#f-title").fill(title)
    page.locator("#f-company_name").fill(company)
    page.locator("#f-person").fill("Grace Lim")
    page.locator("#f-phone").fill(phone)
    page.locator("#f-need").fill("Two laser cutters before spring")
    save(page)
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator(".ky-steps [aria-current=step]")).to_have_text("New")
    return page.url


def given_to_the_seller(desk: Page) -> None:
    dialog = do(desk, "Assign")
    pick(desk, "to", SELLER_NAME)
    confirm(dialog)
    expect(desk.locator(".ky-steps [aria-current=step]")).to_have_text("Assigned")


def upgraded(seller: Page, amount: str) -> str:
    """The opportunity made of the lead that is open."""
    dialog = do(seller, "Upgrade to opportunity")
    expect(dialog.locator("#f-intention")).to_have_value("Two laser cutters before spring")
    dialog.locator("#f-expected_close").fill("2027-03-31")
    dialog.locator("#f-amount").fill(amount)
    confirm(dialog)
    expect(seller).to_have_url(re.compile(r"/r/crm_leads\.opportunity/\d+$"))
    return seller.url


def lane_of(page: Page, title: str) -> str:
    """The heading of the column where the card lies."""
    lane = page.locator(".ky-lane").filter(has=page.locator(".ky-card", has_text=title))
    return lane.locator("h2").inner_text()


def test_a_lead_goes_all_the_way_to_a_sale(open_page: Open) -> None:
    desk = open_page("/", DESK)
    lead = made_by_the_desk(desk, "Laser cutters for a new hall", "Golden Anchor Tools", "021-61004711")
    given_to_the_seller(desk)
    toast(desk, "Done: Assign.")

    seller = open_page("/notices", SELLER)
    expect(seller.locator("main")).to_contain_text("Laser cutters for a new hall")
    seller.goto(lead)
    dialog = do(seller, "Record an activity")
    dialog.locator("#f-kind").select_option(index=1)
    dialog.locator("#f-result").fill("They want an offer this month")
    confirm(dialog)
    expect(seller.locator(".ky-steps [aria-current=step]")).to_have_text("In progress")
    expect(seller.locator(".ky-timeline")).to_contain_text("They want an offer this month")

    opportunity = upgraded(seller, "480000")
    expect(seller.locator("main")).to_contain_text("Golden Anchor Tools")
    expect(seller.locator("main")).to_contain_text("480,000")
    seller.goto(lead)
    expect(seller.locator(".ky-steps [aria-current=step]")).to_have_text("Upgraded")

    seller.goto(BOARD)
    title = "Laser cutters for a new hall"
    first, second = (seller.locator(".ky-lane").nth(n) for n in (0, 1))
    card = first.locator(".ky-card", has_text=title)
    expect(card).to_be_visible()
    drag(seller, card, second)
    message = toast(seller, "Moved to")
    expect(second.locator(".ky-card", has_text=title)).to_be_visible()
    seller.reload()
    expect(second.locator(".ky-card", has_text=title)).to_be_visible()
    expect(message).to_have_count(0)

    drag(seller, second.locator(".ky-card", has_text=title), seller.locator(".ky-lane").nth(2))
    expect(seller.locator(".ky-lane").nth(2).locator(".ky-card", has_text=title)).to_be_visible()
    toast(seller, "Moved to").get_by_role("button", name="Undo").click()
    toast(seller, "Undone.")
    expect(second.locator(".ky-card", has_text=title)).to_be_visible()

    seller.goto(opportunity)
    dialog = do(seller, "Win")
    expect(dialog.locator("#f-amount")).to_have_value("480000")
    dialog.locator("#f-amount").fill("475000")
    confirm(dialog)
    expect(seller.locator(".ky-steps [aria-current=step]")).to_have_text("Won")
    expect(seller.locator(".ky-actions").get_by_text("Edit", exact=True)).to_have_count(0)
    seller.goto("/r/crm_leads.opportunity?preset=won&q=Laser")
    expect(seller.locator("tbody")).to_contain_text(title)


def test_a_card_moves_by_its_menu_and_a_step_back_asks_why(open_page: Open, watch: Watch) -> None:
    watch.expect_status(422)
    seller = open_page("/", SELLER)
    seller.goto("/r/crm_leads.opportunity/new")
    title = "Measuring tools by menu"
    seller.locator("#f-title").fill(title)
    pick(seller, "customer", "恒润")
    seller.locator("#f-amount").fill("90000")
    seller.locator("#f-expected_close").fill("2027-02-28")
    seller.locator("#f-intention").fill("Has a budget")
    save(seller)
    expect(seller.locator("h1")).to_have_text(title)

    seller.goto(BOARD)
    first, second = (seller.locator(".ky-lane").nth(n) for n in (0, 1))
    card = first.locator(".ky-card", has_text=title)
    card.scroll_into_view_if_needed()
    seller.set_viewport_size(
        {"width": 1280, "height": 500}
    )  # the menu is longer than what is left below the card
    card.get_by_role("button", name=re.compile("Move")).press("Enter")
    choice = seller.locator("#move-menu button").nth(1)
    expect(choice).to_be_in_viewport(ratio=1)
    choice.press("Enter")
    seller.set_viewport_size({"width": 1280, "height": 800})
    expect(second.locator(".ky-card", has_text=title)).to_be_visible()

    drag(seller, second.locator(".ky-card", has_text=title), first)
    dialog = seller.locator("dialog[open]")
    expect(dialog).to_be_visible()
    expect(second.locator(".ky-card", has_text=title)).to_be_visible()
    dialog.locator("#f-reason").fill("The budget was cut")
    confirm(dialog)
    expect(seller).to_have_url(re.compile("view=board"))
    assert lane_of(seller, title) == first.locator("h2").inner_text()


def test_a_colleague_sees_nothing_of_it(open_page: Open) -> None:
    """Neither the sale of the first test nor the card of the second is on the board of somebody elsewhere."""
    colleague = open_page("/r/crm_leads.opportunity?view=board", "sales4")
    expect(colleague.locator("h1")).to_have_text("Opportunities")
    expect(colleague.locator(".ky-board")).not_to_contain_text("Laser cutters for a new hall")
    expect(colleague.locator(".ky-board")).not_to_contain_text("Measuring tools by menu")
