"""``make screenshots``: the pictures of README.md and docs/, taken of the real page with a freshly scored row.

The whole product runs as in `make demo`: stand-in, service, add-on, page and Chromium.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import FrameLocator, Page, ViewportSize, expect, sync_playwright

from local.launch import OWNER, PROJECT, LocalGoogle, Webhook
from local.load import load, load_rows
from local.site import Site
from proving.campaign import NAMES as TESTS
from proving.campaign import run_campaigns
from proving.month import live_through
from proving.question_files import question_files
from server.layout.record_tabs import DATA_QUALITY
from server.layout.segment_tabs import DASHBOARD, NEW_USER, SEGMENTED_CUSTOMERS
from server.sheets.tabs.data_quality import LINES
from sheets_standin.spreadsheet.cells import value_of

IMAGES = PROJECT / "docs" / "images"
NAMES = ("chromium", "chromium-browser", "google-chrome")
MENU = "Audience Targeting"
CUSTOMERS = (
    ("Maria", "12", "9", "420"),
    ("Tom", "400", "1", "15"),
    ("Aisha", "3", "22", "1890"),
)
SHARE, TALL = 100, 3420
DATA_QUALITY_SIZE: ViewportSize = {"width": 1720, "height": 1800}
SIZE: ViewportSize = {"width": 1360, "height": 640}
QUESTION_SIZE: ViewportSize = {"width": 1280, "height": 1200}
DASHBOARD_SIZE: ViewportSize = {"width": 1130, "height": 1900}
DASHBOARD_WIDTH, DASHBOARD_HEIGHT = 925, 1452
LIFT_SIZE: ViewportSize = {"width": 1280, "height": 720}
LIFT_MARGIN, LIFT_ROWS = 8, 16
_LABELLED_AT = re.compile(r"^\d{4}-")
_PATIENCE_MS = 40_000


def chromium() -> str:
    """Return the path of Chromium; CHROMIUM names another one.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    browser = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        raise FileNotFoundError("There is no Chromium here. On Debian: apt-get install chromium")
    return browser


@contextmanager
def opened(site: Site, size: ViewportSize) -> Iterator[Page]:
    """Open the page in Chromium, without the hint that its first visitors see."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport=size, device_scale_factor=1.5)
        page.goto(site.url)
        expect(page.get_by_role("grid")).to_be_focused(timeout=_PATIENCE_MS)
        page.get_by_label("Where to begin").get_by_label("Dismiss the hint").click()
        yield page
        browser.close()


def take(site: Site, folder: Path = IMAGES) -> list[Path]:
    """Type customers into the page, open the sidebar, and take the picture."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [folder / "scored-row.png", folder / "sidebar.png"]
    with opened(site, SIZE) as page:
        _open_sidebar(page)
        _type_customers(page)
        page.screenshot(path=pictures[0])
        _score_more(page, site)
        _explain_row(page)
        page.locator("#sidebar").screenshot(path=pictures[1])
    return pictures


def take_dashboard(site: Site, folder: Path = IMAGES) -> Path:
    """Take the picture of the dashboard's charts, without what stands around the grid."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = folder / "dashboard.png"
    with opened(site, DASHBOARD_SIZE) as page:
        page.get_by_role("tab", name=DASHBOARD).click()
        expect(page.locator(".chart svg").first).to_be_visible(timeout=_PATIENCE_MS)
        top = page.locator('[data-cell="A1"]').bounding_box()
        assert top is not None
        width, height = DASHBOARD_WIDTH, DASHBOARD_HEIGHT
        page.get_by_label("Name box").fill("O130")  # the frame of the active cell is no part of the picture
        page.keyboard.press("Enter")
        page.get_by_role("grid").evaluate("(grid) => { grid.scrollTop = 0; grid.scrollLeft = 0; }")
        expect(page.locator(".chart svg").first).to_be_visible(timeout=_PATIENCE_MS)
        page.screenshot(path=picture, clip={"x": top["x"], "y": top["y"], "width": width, "height": height})
    return picture


def take_data_quality(site: Site, folder: Path = IMAGES) -> Path:
    """Take the picture of all lines of the tab, without what stands around the grid."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = folder / "data-quality.png"
    with opened(site, DATA_QUALITY_SIZE) as page:
        page.get_by_role("tab", name=DATA_QUALITY).click()
        expect(page.locator(f'[data-cell="A{LINES}"]')).to_be_visible(timeout=_PATIENCE_MS)
        first, last = (page.locator(f'[data-cell="{at}"]').bounding_box() for at in ("A1", f"I{LINES}"))
        assert first is not None
        assert last is not None
        width, height = last["x"] + last["width"] - first["x"], last["y"] + last["height"] - first["y"]
        page.screenshot(
            path=picture, clip={"x": first["x"], "y": first["y"], "width": width, "height": height}
        )
    return picture


def take_questions(site: Site, folder: Path = IMAGES / "questions") -> list[Path]:
    """Take a picture of each question that a file can raise, as `Check my data` asks it."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    for file in question_files():
        load_rows(site.document, file.rows, OWNER)
        with opened(site, QUESTION_SIZE) as page:
            page.get_by_role("menuitem", name=MENU, exact=True).click()
            page.get_by_role("menuitem", name="Check my data", exact=True).click()
            question = page.frame_locator("#sidebar iframe").locator(".question").first
            expect(question).to_be_visible(timeout=_PATIENCE_MS)
            expect(page.locator(".toast")).to_have_count(0, timeout=_PATIENCE_MS)
            pictures.append(folder / f"{file.name}.png")
            question.screenshot(path=pictures[-1])
    return pictures


def take_lift(site: Site, folder: Path = IMAGES) -> list[Path]:
    """Take the pictures of a test: its charts on the dashboard, and the sidebar's tests."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [folder / "lift.png", folder / "tests.png"]
    with opened(site, LIFT_SIZE) as page:
        page.get_by_role("tab", name=DASHBOARD).click()
        charts = page.locator(".chart").filter(has_text=TESTS[0])
        _go_to(page, f"A{_lift_row(site) + LIFT_ROWS}")
        expect(charts).to_have_count(2, timeout=_PATIENCE_MS)
        left, right = (charts.nth(place).bounding_box() for place in (0, 1))
        assert left is not None
        assert right is not None
        clip = {
            "x": left["x"] - LIFT_MARGIN,
            "y": left["y"] - LIFT_MARGIN,
            "width": right["x"] + right["width"] - left["x"] + 2 * LIFT_MARGIN,
            "height": left["height"] + 2 * LIFT_MARGIN,
        }
        page.screenshot(path=pictures[0], clip=clip)  # type: ignore[arg-type]
        _open_sidebar(page)
        page.set_viewport_size({"width": LIFT_SIZE["width"], "height": TALL})
        tests = page.frame_locator("#sidebar iframe").locator("#tests")
        expect(tests).to_contain_text("days to go", timeout=_PATIENCE_MS)
        tests.screenshot(path=pictures[1])
    return pictures


def _lift_row(site: Site) -> int:
    """Return the sheet row in which the charts of lift begin."""
    with site.google.workspace.lock:
        charts = site.document.sheet(DASHBOARD).charts.values()
        [row] = {
            int(chart["position"]["overlayPosition"]["anchorCell"]["rowIndex"])
            for chart in charts
            if chart["spec"].get("subtitle", "").startswith(TESTS[0])
        }
    return row + 1


def _go_to(page: Page, cell: str) -> None:
    page.get_by_label("Name box").fill(cell)
    page.keyboard.press("Enter")


def _open_sidebar(page: Page) -> None:
    page.get_by_role("menuitem", name=MENU, exact=True).click()
    page.get_by_role("menuitem", name="Open sidebar", exact=True).click()
    sidebar = page.frame_locator("#sidebar iframe")
    expect(sidebar.get_by_text("Live labels").first).to_be_visible(timeout=_PATIENCE_MS)


def _type_customers(page: Page) -> None:
    page.get_by_label("Name box").fill("A2")
    page.keyboard.press("Enter")
    for number, customer in enumerate(CUSTOMERS, start=2):
        for text in customer:
            page.keyboard.type(text)
            page.keyboard.press("Enter" if text is customer[-1] else "Tab")
        expect(page.locator(f'[data-cell="H{number}"]')).to_have_text(_LABELLED_AT, timeout=_PATIENCE_MS)


def _score_more(page: Page, site: Site) -> None:
    """Have every hundredth of the segmented customers typed and scored: enough to tell whether customers change."""
    document = site.document
    with site.google.workspace.lock:
        grid = document.sheet(SEGMENTED_CUSTOMERS).grid
        known = [[value_of(cell) for cell in row[:4]] for row in grid.rows(1, grid.row_count)]
        rows = [[str(value) for value in row] for row in known[::SHARE] if row[0] is not None]
        rows.sort(key=lambda row: row[0][::-1])  # else they come segment by segment
        document.type_rows(document.sheet(NEW_USER), 5, 0, rows, OWNER)
    sidebar = page.frame_locator("#sidebar iframe")
    _look_again(sidebar)
    sidebar.get_by_role("button", name="Label now").click()
    expect(sidebar.locator("#notice-text")).to_contain_text("labelled", timeout=_PATIENCE_MS)
    expect(sidebar.get_by_text("Have customers changed?")).to_be_attached(timeout=_PATIENCE_MS)


def _look_again(sidebar: FrameLocator) -> None:
    sidebar.get_by_role("button", name="Look again", exact=True).click()


def _explain_row(page: Page) -> None:
    """Select the first customer, have the row explained, and show the sidebar whole, without what has just happened."""
    page.get_by_label("Name box").fill("A2")
    page.keyboard.press("Enter")
    sidebar = page.frame_locator("#sidebar iframe")
    button = sidebar.get_by_role("button", name="Explain the selected row")
    expect(button).to_be_enabled(timeout=_PATIENCE_MS)
    button.click()
    expect(sidebar.locator("#why-answer")).to_contain_text(CUSTOMERS[0][0], timeout=_PATIENCE_MS)
    _look_again(sidebar)
    page.set_viewport_size({"width": SIZE["width"], "height": TALL})
    expect(sidebar.get_by_role("button", name="Look again", exact=True)).to_be_enabled(timeout=_PATIENCE_MS)
    sidebar.locator("body").evaluate("() => window.scrollTo(0, 0)")
    expect(page.locator(".toast")).to_have_count(0, timeout=_PATIENCE_MS)


def main() -> int:
    """Start everything, take the pictures, end everything."""
    try:
        chromium()
    except FileNotFoundError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with LocalGoogle(quota=False) as google, Webhook(google) as webhook:
        document = google.spreadsheet(shared=False)
        with Site(google, webhook, document) as site:
            with google.workspace.lock:
                load(document, None, OWNER)
            site.set_up(lambda _text: None)
            pictures = [*take(site), take_data_quality(site), *take_questions(site)]
        with Site(google, webhook, google.spreadsheet(shared=False)) as site:
            live_through(site)
            pictures.append(take_dashboard(site))
        with Site(google, webhook, google.spreadsheet(shared=False)) as site:
            run_campaigns(site)
            pictures += take_lift(site)
    for path in pictures:
        print(f"Written: {path.relative_to(PROJECT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
