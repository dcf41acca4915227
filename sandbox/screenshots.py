"""``make screenshots``: the pictures of README.md, taken of the real page with a freshly scored row.

The whole product runs as in `make demo`: stand-in, service, add-on, page and Chromium.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from sandbox.launch import OWNER, PROJECT, LocalGoogle, Webhook
from sandbox.load import load
from sandbox.page.site import Site

IMAGES = PROJECT / "docs" / "images"
NAMES = ("chromium", "chromium-browser", "google-chrome")
MENU = "Audience Targeting"
CUSTOMERS = (
    ("Maria", "12", "9", "420"),
    ("Tom", "400", "1", "15"),
    ("Aisha", "3", "22", "1890"),
)
_SCORED = re.compile(r"^v\d+-")
_PATIENCE_MS = 20_000


def chromium() -> str:
    """Return the path of Chromium; CHROMIUM names another one.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise FileNotFoundError("There is no Chromium here. On Debian: apt-get install chromium")
    return found


def take(site: Site, folder: Path = IMAGES) -> list[Path]:
    """Type customers into the page, open the sidebar, and take the picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1360, "height": 640}, device_scale_factor=1.5)
        page.goto(site.url)
        expect(page.get_by_role("grid")).to_be_focused(timeout=_PATIENCE_MS)
        page.get_by_label("Where to begin").get_by_label("Dismiss the hint").click()
        _open_sidebar(page)
        _type_customers(page)
        picture = folder / "scored-row.png"
        page.screenshot(path=picture)
        browser.close()
    return [picture]


def _open_sidebar(page: Page) -> None:
    page.get_by_role("menuitem", name=MENU, exact=True).click()
    page.get_by_role("menuitem", name="Open sidebar", exact=True).click()
    sidebar = page.frame_locator("#sidebar iframe")
    expect(sidebar.get_by_text("Live scoring").first).to_be_visible(timeout=_PATIENCE_MS)


def _type_customers(page: Page) -> None:
    page.get_by_label("Name box").fill("A2")
    page.keyboard.press("Enter")
    for number, customer in enumerate(CUSTOMERS, start=2):
        for text in customer:
            page.keyboard.type(text)
            page.keyboard.press("Enter" if text is customer[-1] else "Tab")
        expect(page.locator(f'[data-cell="H{number}"]')).to_have_text(_SCORED, timeout=_PATIENCE_MS)


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
            for path in take(site):
                print(f"Written: {path.relative_to(PROJECT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
