"""The sidebar and the set-up dialog by themselves, in every state, with a script that answers from a table.

What they do with the real script and the real service behind them is tested beside this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from server.core.segments.colours import LIGHT, rgb
from tests.apps_script import samples
from tests.apps_script.harness import ok, page, problem

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots" / "sidebar"
Answers = dict[str, list[Any]]
READY: Answers = {"pulse": [ok(samples.pulse())], "status": [ok(samples.status())]}
EMPTY: Answers = {"pulse": [ok(samples.pulse(predictions=[]))], "status": [ok(samples.NO_MODEL)]}
SETUP = {
    "isDeployed": "true",
    "service": "https://audience.shop.example/",
    "account": "audience@shop.example",
    "connects": "This connects “Customers <2026>” to the service below.",
}


@pytest.fixture
def shown(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Show a page at the width of Google's sidebar, its clock under the test's hand."""
    opened = browser.new_page(viewport={"width": 300, "height": 700}, timezone_id="UTC", locale="en-US")
    opened.set_default_timeout(15_000)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))

    def show(answers: Answers, *, start: str = "", name: str = "sidebar_page", **variables: str) -> Page:
        opened.clock.install(time=samples.NOON / 1000 - 60)
        opened.clock.pause_at(samples.NOON / 1000)
        opened.set_content(page(name, {"start": start} | variables, answers))
        opened.clock.run_for(200)
        return opened

    yield show
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    opened.screenshot(path=str(SCREENSHOTS / f"{request.node.name}.png"), full_page=True)
    opened.close()
    assert errors == []


def css(colour: str) -> str:
    """Return a colour as the browser tells it."""
    return "rgb({}, {}, {})".format(*(round(255 * part) for part in rgb(colour).values()))


def asked(shown: Page) -> list[list[Any]]:
    """Return what the page asked the script, pulses apart."""
    calls: list[list[Any]] = shown.evaluate("window.asked.filter((each) => each[0] !== 'pulse')")
    return calls


def answer(shown: Page, what: dict[str, Any]) -> None:
    """Give the answer that was held back."""
    shown.evaluate("(what) => window.held.shift()(what)", what)
    shown.clock.run_for(2000)


def test_before_set_up_it_shows_what_to_do_first(shown: Callable[..., Page]) -> None:
    """Nothing is asked of the service, and one button leads on."""
    unset = samples.pulse(isConnected=False, live=samples.LIVE_OFF, predictions=[])
    sidebar = shown({"pulse": [ok(unset)], "openSetUp": [ok(None)]})

    sidebar.get_by_role("button", name="Set up…").first.click()

    assert asked(sidebar) == [["openSetUp", None]]
    expect(sidebar.get_by_role("heading", name="Welcome")).to_be_visible()
    expect(sidebar.get_by_role("button", name="Find new segments")).to_be_hidden()


def test_segments_are_told_in_figures_beside_their_bars(shown: Callable[..., Page]) -> None:
    """Sizes, shares of customers and of revenue stand in text; a bar's length is its share of the longest."""
    sidebar = shown(READY)

    champions = sidebar.get_by_role("listitem").filter(has_text="Champions").first

    expect(champions).to_contain_text("1,562")
    expect(champions).to_contain_text("7% of customers")
    expect(champions).to_contain_text("38% of revenue")
    widths = champions.locator(".fill").evaluate_all("(bars) => bars.map((bar) => bar.style.width)")
    assert widths[1] == "100%"
    assert float(widths[0].rstrip("%")) == pytest.approx(100 * (1562 / 23502) / 0.38, abs=0.01)
    expect(sidebar.get_by_text("23,502 customers; segments of Nov 20, 2026")).to_be_visible()


def test_each_segment_has_its_one_colour_with_black_on_it(shown: Callable[..., Page]) -> None:
    """In both bars, beside its name, and beside those who were put into it; who is in none in use has no colour."""
    sidebar = shown(READY)

    def colours(marks: Locator) -> list[str]:
        classes: list[str] = marks.evaluate_all(
            "(all) => all.map((each) => getComputedStyle(each).backgroundColor)"
        )
        return classes

    segments = sidebar.locator("#segments .segment")
    assert [colours(segments.nth(i).locator(".dot, .fill")) for i in range(5)] == [
        [css(colour)] * 3 for colour in LIGHT[:5]
    ]
    assert colours(sidebar.locator("#predictions .dot")) == [css(LIGHT[0]), css(LIGHT[2]), "rgba(0, 0, 0, 0)"]
    expect(sidebar.locator("#segments .on-bar").first).to_have_css("color", "rgb(0, 0, 0)")


@pytest.mark.parametrize(
    ("day", "sentence", "is_warning"),
    [
        ("2026-11-20", "Days since an order are counted to Nov 20, 2026.", False),
        ("2026-09-23", "Days since an order are counted to Sep 23, 2026.", False),
        (
            "2026-09-22",
            "Days since an order are counted to Sep 22, 2026, 63 days ago. Paste newer orders into "
            "Training_Data, then refresh.",
            True,
        ),
        (
            "2024-11-23",
            "Days since an order are counted to Nov 23, 2024, 731 days ago. Paste newer orders into "
            "Training_Data, then refresh.",
            False,
        ),
    ],
    ids=["of this month", "62 days ago", "63 days ago", "of former years"],
)
def test_days_are_told_to_be_counted_to_the_newest_orders(
    shown: Callable[..., Page], day: str, sentence: str, is_warning: bool
) -> None:
    """On November 24; 6 days since an order are no 6 days ago where the newest order is of September."""
    news = {"orders": None, "plans": [], "settings": [], "countedTo": day}
    sidebar = shown(READY | {"pulse": [ok(samples.pulse(news=news))]})

    expect(sidebar.locator("#segments").get_by_text(sentence, exact=True)).to_have_class(
        "warning" if is_warning else "small"
    )


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        pytest.param(samples.rows(invalid=2), samples.status(), id="typed since the service was asked"),
        pytest.param(None, samples.status(invalid=2), id="too many rows to look at"),
    ],
)
def test_rows_that_are_wrong_are_not_called_labelled(
    shown: Callable[..., Page], counts: dict[str, int] | None, status: dict[str, Any]
) -> None:
    """Nothing is left to label, and two rows say what is wrong with them."""
    sidebar = shown({"pulse": [ok(samples.pulse(rows=counts))], "status": [ok(status)]})

    expect(sidebar.get_by_text("2 rows have a note that says what is wrong.")).to_be_visible()
    expect(sidebar.get_by_text("Nothing to label")).to_be_visible()
    expect(sidebar.get_by_text("All rows are labelled")).to_have_count(0)


def test_figures_follow_the_spreadsheet(shown: Callable[..., Page]) -> None:
    """German numbers, money, days and clock; 16:59 in London is 17:59 in Berlin."""
    german = ok(samples.pulse(locale="de_DE", timeZone="Europe/Berlin", currency="EUR"))
    sidebar = shown(READY | {"pulse": [german], "explain": [ok(samples.WHY)]})

    sidebar.get_by_role("button", name="Explain the selected row").click()
    sidebar.clock.run_for(500)

    expect(sidebar.get_by_text("23.502 customers; segments of 20.11.2026")).to_be_visible()
    expect(sidebar.get_by_label("Live labels", exact=True)).to_contain_text("on, last active at 17:59")
    expect(sidebar.locator("#why-answer")).to_contain_text(re.compile(r"1\.420,50\s€"))
    expect(sidebar.locator("#why-answer")).to_contain_text(
        re.compile(r"A usual order of theirs: 118,38\s€\.")
    )
    expect(sidebar.locator("#segments")).to_contain_text("38 % of revenue")
    expect(sidebar.locator("#models")).to_contain_text("changed, 0,61")
    expect(sidebar.locator("#predictions")).to_contain_text("24.11.2026, 11:59 EST")


@pytest.mark.parametrize(
    ("locale", "known"),
    [("de_DE", "de-DE"), ("iw_IL", "he-IL"), ("xx_YY", "en-US"), ("no such", "en-US"), ("", "en-US")],
)
def test_a_locale_that_the_browser_does_not_know_is_american(
    shown: Callable[..., Page], locale: str, known: str
) -> None:
    """Also one that is no locale at all; a time zone that is none leaves the browser's own."""
    sidebar = shown(READY | {"pulse": [ok(samples.pulse(locale=locale, timeZone="Nowhere/At All"))]})

    assert sidebar.evaluate("[Format.locale, Format.timeZone === undefined]") == [known, True]


def test_a_day_is_the_same_day_in_every_time_zone(shown: Callable[..., Page]) -> None:
    """A moment after midnight in London is the day before in New York; a day without a time stays."""
    sidebar = shown(READY | {"pulse": [ok(samples.pulse(timeZone="America/New_York"))]})

    days = sidebar.evaluate("['1997-01-01', '1997-01-01T02:00:00Z'].map(Format.day)")

    assert days == ["Jan 1, 1997", "Dec 31, 1996"]


def test_drift_is_a_mark_among_its_bands_and_a_word(shown: Callable[..., Page]) -> None:
    """The scale ends at twice what is a change: .142 of .5 stands at 28.4 %, .61 at the end."""
    sidebar = shown(READY)
    sidebar.get_by_text("Model details").click()

    rows = sidebar.locator("#models").get_by_role("listitem").filter(has=sidebar.locator(".bands"))

    expect(rows).to_have_text(["Days sincesteady, 0.03", "Ordersshifting, 0.14", "Moneychanged, 0.61"])
    places = rows.locator(".here").evaluate_all("(marks) => marks.map((mark) => mark.style.left)")
    assert places == ["6.2%", "28.4%", "100%"]
    bands = rows.first.locator(".band").evaluate_all(
        "(all) => all.map((band) => [band.style.left, band.style.width])"
    )
    assert bands == [["0px", "20%"], ["20%", "30%"], ["50%", ""]]
    expect(sidebar.locator("#models")).to_contain_text("The last 300 customers scored differ in money")


@pytest.mark.parametrize(
    "drift",
    [
        samples.DRIFT
        | {"meansSomething": False, "advisesRetrain": False, "sentence": "12 customers were scored."},
        {
            "recency": 0.0,
            "frequency": 0.0,
            "money": 0.0,
            "rows": 9,
            "advisesRetrain": False,
            "sentence": "12 customers were scored.",
        },
    ],
    ids=["too few rows", "an older service"],
)
def test_drift_that_means_nothing_is_not_drawn(shown: Callable[..., Page], drift: dict[str, Any]) -> None:
    """With too few rows, or without bands; the sentence stands alone."""
    sidebar = shown(READY | {"status": [ok(samples.status(drift=drift))]})

    expect(sidebar.locator("#models")).to_contain_text("12 customers were scored.")
    expect(sidebar.locator("#models .scale")).to_have_count(0)


def test_tabs_with_more_to_look_at_are_a_button_away(shown: Callable[..., Page]) -> None:
    """Of those that are there; one that was deleted meanwhile is told."""
    gone = problem(title="No such tab", detail="There is no tab Data_Quality.", status=0, retryable=False)
    sidebar = shown(READY | {"showTab": [ok(None), gone]})

    sidebar.get_by_role("button", name="Dashboard").click()
    sidebar.clock.run_for(200)
    sidebar.get_by_role("button", name="Data_Quality").click()
    sidebar.clock.run_for(200)

    assert [call for call in asked(sidebar) if call[0] == "showTab"] == [
        ["showTab", "Dashboard"],
        ["showTab", "Data_Quality"],
    ]
    expect(sidebar.get_by_role("status")).to_contain_text("There is no tab Data_Quality.")


def test_without_such_tabs_there_is_no_way_to_them(shown: Callable[..., Page]) -> None:
    """A service that makes none leaves their buttons out."""
    sidebar = shown(READY | {"pulse": [ok(samples.pulse(reports=[]))]})

    expect(sidebar.locator("#reports").get_by_role("button", name="Dashboard")).to_have_count(0)


@pytest.mark.parametrize(
    ("model", "title"),
    [(samples.status()["model"], "Refreshing segments"), (None, "Making the segments")],
    ids=["a later run", "the first run"],
)
def test_the_first_run_refreshes_nothing(
    shown: Callable[..., Page], model: dict[str, Any] | None, title: str
) -> None:
    """There are no segments yet that could be refreshed."""
    running = ok(samples.pulse(operation=samples.operation(call="segment")))
    sidebar = shown({"pulse": [running], "status": [ok(samples.status(model=model))]})

    expect(sidebar.locator("#progress")).to_contain_text(title)


def test_live_scoring_is_told_in_words(shown: Callable[..., Page]) -> None:
    """On with the time of the last run; its sign is a disc, not only green."""
    sidebar = shown(READY)

    expect(sidebar.get_by_label("Live labels")).to_contain_text("Live labels: on, last active at 4:59 PM")


def test_stopped_live_scoring_can_be_taken_over(shown: Callable[..., Page]) -> None:
    """Whose triggers are silent is told; the button takes over and says so."""
    stopped = ok(samples.pulse(live=samples.LIVE_STOPPED))
    taken_over = ok({"isMine": True, "owner": "me", "text": "Live labels now use your account."})
    sidebar = shown(
        {"pulse": [stopped, ok(samples.pulse())], "status": [ok(samples.status())], "takeOver": [taken_over]}
    )
    expect(sidebar.get_by_label("Live labels")).to_contain_text("stopped, since 12:00 PM")

    sidebar.get_by_role("button", name="Use my account").click()
    sidebar.clock.run_for(500)

    expect(sidebar.get_by_role("status")).to_contain_text("Live labels now use your account.")
    expect(sidebar.get_by_label("Live labels")).to_contain_text("on")


def test_finding_new_segments_shows_progress_that_moves(shown: Callable[..., Page]) -> None:
    """All buttons rest meanwhile; the bar follows the operation's record; the new model is told in words."""
    rising = [ok(samples.pulse(operation=samples.operation(fraction=fraction))) for fraction in (0.2, 0.62)]
    sidebar = shown(READY | {"pulse": [ok(samples.pulse()), *rising], "retrain": ["hold"]})
    bar = sidebar.get_by_role("progressbar")

    sidebar.get_by_role("button", name="Find new segments").click()
    sidebar.clock.run_for(1700)
    first = bar.evaluate("(bar) => bar.value")
    expect(sidebar.get_by_role("button", name="Refresh segments", exact=True)).to_be_disabled()
    sidebar.clock.run_for(1700)
    second = bar.evaluate("(bar) => bar.value")

    assert (first, second) == (0.2, 0.62)
    expect(sidebar.locator("#progress")).to_contain_text("Finding segments")
    expect(sidebar.locator("#progress")).to_contain_text("62%")
    assert sidebar.get_by_role("button").evaluate_all("(all) => all.every((each) => each.disabled)")
    sidebar.screenshot(path=str(SCREENSHOTS / "while_retraining.png"))

    sidebar.evaluate("(pulse) => { window.answers.pulse = [pulse]; }", ok(samples.pulse()))
    answer(sidebar, ok({"operation": samples.operation(state="done"), "result": samples.RESULT}))

    expect(sidebar.get_by_role("progressbar")).to_be_hidden()
    expect(sidebar.get_by_role("status")).to_contain_text("New segments: 23,502 customers in 5 segments.")
    expect(sidebar.get_by_role("button", name="Find new segments")).to_be_focused()


def test_work_that_outlasts_the_answer_is_followed_to_its_end(shown: Callable[..., Page]) -> None:
    """After a 202 the record is watched, and the end asked for once."""
    running = samples.operation(fraction=0.8)
    ended = ok({"operation": samples.operation(state="done"), "result": samples.RESULT})
    sidebar = shown(
        READY
        | {
            "pulse": [ok(samples.pulse())]
            + [ok(samples.pulse(operation=running))] * 2
            + [ok(samples.pulse(operation=samples.operation(state="done")))],
            "retrain": [ok({"operation": running})],
            "operation": [ended],
        }
    )

    sidebar.get_by_role("button", name="Find new segments").click()
    sidebar.clock.run_for(6000)

    assert [call for call in asked(sidebar) if call[0] == "operation"] == [["operation", "op-1"]]
    expect(sidebar.get_by_role("status")).to_contain_text("New segments: 23,502 customers in 5 segments.")


def test_a_reopened_sidebar_finds_the_work_that_runs(shown: Callable[..., Page]) -> None:
    """The bar stands where the work is, without a button pressed."""
    sidebar = shown(READY | {"pulse": [ok(samples.pulse(operation=samples.operation()))]})

    expect(sidebar.get_by_role("progressbar")).to_be_visible()
    assert sidebar.get_by_role("progressbar").evaluate("(bar) => bar.value") == 0.62
    expect(sidebar.get_by_role("button", name="Find new segments")).to_be_disabled()


def test_work_without_a_sign_of_life_is_asked_about(shown: Callable[..., Page]) -> None:
    """What the service calls lost is told with what to do, and can be run again."""
    silent = samples.operation(heartbeatAt="2026-11-24T16:58:00+00:00")
    lost = samples.operation(state="lost", message="The operation was interrupted. Run it again.")
    sidebar = shown(
        READY
        | {
            "pulse": [ok(samples.pulse()), ok(samples.pulse(operation=silent))],
            "retrain": [ok({"operation": samples.operation()})],
            "operation": [ok({"operation": lost})],
        }
    )

    sidebar.get_by_role("button", name="Find new segments").click()
    sidebar.clock.run_for(2000)

    expect(sidebar.get_by_role("status")).to_contain_text("interrupted")
    expect(sidebar.get_by_role("button", name="Try again")).to_be_enabled()


def test_a_failed_call_is_told_with_what_to_do_and_tried_again(shown: Callable[..., Page]) -> None:
    """The segments seen so far stay; the button repeats the very call."""
    refused = problem(
        title="The spreadsheet is full", detail="It has 9.9 million cells.", status=422, retryable=False
    )
    sidebar = shown(READY | {"segment": [refused]})

    sidebar.get_by_role("button", name="Refresh segments", exact=True).click()
    sidebar.clock.run_for(2000)
    expect(sidebar.get_by_role("status")).to_contain_text("The spreadsheet is full")
    expect(sidebar.get_by_text("Champions").first).to_be_visible()
    sidebar.get_by_role("button", name="Try again").click()
    sidebar.clock.run_for(2000)

    assert [call[0] for call in asked(sidebar)].count("segment") == 2


def test_what_google_refuses_is_explained(shown: Callable[..., Page]) -> None:
    """People with several accounts get a PERMISSION_DENIED that says nothing by itself."""
    sidebar = shown({"pulse": [{"throws": "PERMISSION_DENIED"}]})

    expect(sidebar.get_by_role("status")).to_contain_text("several Google accounts")


def test_rows_that_wait_are_scored_by_the_open_sidebar(shown: Callable[..., Page]) -> None:
    """Not at the first look, as an edit may just be under way; once, and less often while it fails."""
    waiting = ok(samples.pulse(rows=samples.rows(waiting=3)))
    sidebar = shown({"pulse": [waiting], "status": [ok(samples.status())], "score": [problem()]})
    expect(sidebar.get_by_text("3 rows to label")).to_be_visible()

    sidebar.clock.run_for(16_000)
    tried = [len([call for call in asked(sidebar) if call[0] == "score"])]
    for _ in range(8):
        sidebar.clock.run_for(16_000)
    tried.append(len([call for call in asked(sidebar) if call[0] == "score"]))

    assert tried[0] == 0
    assert 1 <= tried[1] <= 2
    assert ["score", False] in asked(sidebar)


def test_the_reason_is_told_for_the_selected_row(shown: Callable[..., Page]) -> None:
    """Standing, and what would change it; by keyboard."""
    sidebar = shown(READY | {"explain": [ok(samples.WHY)]})

    sidebar.get_by_role("button", name="Explain the selected row").press("Enter")
    sidebar.clock.run_for(500)

    answer = sidebar.locator("#why-answer")
    expect(answer).to_contain_text("Maria: Champions (row 2)")
    expect(answer).to_contain_text("More recent than 92% of customers. Most of Champions: 3–45 days ago.")
    expect(answer).to_contain_text("A usual order of theirs: 118.38.")
    expect(answer).to_contain_text("After 120 days of silence")
    expect(answer).not_to_contain_text("more recently")  # it is drawn, and told beside the picture


def test_the_row_is_drawn_among_all_with_its_segments_range(shown: Callable[..., Page]) -> None:
    """The mark stands at the row's place, the band from the worse to the better end; without a range there is none."""
    sidebar = shown(READY | {"explain": [ok(samples.WHY)]})
    sidebar.get_by_role("button", name="Explain the selected row").click()
    sidebar.clock.run_for(500)

    scales = sidebar.locator("#why-answer .scale")

    places = scales.locator(".here").evaluate_all("(marks) => marks.map((mark) => mark.style.left)")
    assert places == ["92%", "98.5%", "95%"]
    bands = scales.locator(".band").evaluate_all("(all) => all.map(({style}) => [style.left, style.right])")
    assert [[round(float(number.rstrip("%"))) for number in band] for band in bands] == [[70, 6], [90, 1]]
    hidden = sidebar.locator("#why-answer .scale, #why-answer .dot, #why-answer .legend")
    assert hidden.evaluate_all("(all) => all.every((each) => each.getAttribute('aria-hidden') === 'true')")


def test_a_service_without_figures_is_told_in_sentences(shown: Callable[..., Page]) -> None:
    """An older one answers no standing and no amount."""
    answer = {name: value for name, value in samples.WHY.items() if name != "standing"}
    answer["nextOrder"] = {"segment": "Champions", "sentence": "Another usual order (118.38) leaves it."}
    sidebar = shown(READY | {"explain": [ok(answer)]})

    sidebar.get_by_role("button", name="Explain the selected row").click()
    sidebar.clock.run_for(500)

    expect(sidebar.locator("#why-answer")).to_contain_text("Bought 5 days ago: more recently than 92%")
    expect(sidebar.locator("#why-answer")).not_to_contain_text("A usual order")
    expect(sidebar.locator("#why-answer .scale")).to_have_count(0)


def test_the_first_segmentation_goes_by_the_data_check(shown: Callable[..., Page]) -> None:
    """Segment customers in the menu shows the columns first; nothing is trained before they are confirmed."""
    done = ok({"operation": samples.operation(call="segment", state="done"), "result": samples.RESULT})
    sidebar = shown(EMPTY | {"inspect": [ok(samples.CHECKED)], "segment": [done]}, start="segment")
    assert [call[0] for call in asked(sidebar)] == ["status", "inspect"]
    expect(sidebar.get_by_label("Amount")).to_have_value("auto")
    expect(sidebar.get_by_text("11.77, 12.00, 77.00")).to_be_visible()

    sidebar.get_by_role("button", name="All right: make the segments").click()
    sidebar.clock.run_for(1000)

    assert ["segment", None] in asked(sidebar)


def test_a_look_at_a_source_is_waited_for_and_shows_its_declared_columns(shown: Callable[..., Page]) -> None:
    """However long it takes; there is nothing to choose, and the segments are made from there."""
    columns = [
        {
            "role": "customer_id",
            "label": "customer id",
            "header": "customer_key",
            "column": "",
            "why": "",
            "samples": [],
        }
    ]
    findings = samples.CHECKED["found"] | {"columns": columns, "customers": 529_442, "source": "webshop"}
    running = ok({"source": "webshop", "running": "op-1"})
    ended = ok(
        {"source": "webshop", "found": findings, "problem": None, "headers": [], "chosen": {}, "told": "So."}
    )
    sidebar = shown(EMPTY | {"inspect": [running], "looked": [running, ended]}, start="check")
    for _ in range(3):
        sidebar.clock.run_for(2000)

    expect(sidebar.locator("#check")).to_contain_text("529,442 customers")
    expect(sidebar.get_by_text("customer id: customer_key")).to_be_visible()
    expect(sidebar.locator("#check select")).to_have_count(0)
    expect(sidebar.get_by_role("button", name="make the segments")).to_be_visible()
    assert [call for call in asked(sidebar) if call[0] == "looked"] == [["looked", "op-1"]] * 2


def test_a_look_at_a_source_whose_figures_another_instance_has_tells_its_sentences(
    shown: Callable[..., Page],
) -> None:
    """The record in the spreadsheet has them."""
    ended = ok(
        {
            "source": "webshop",
            "found": None,
            "problem": None,
            "headers": [],
            "chosen": {},
            "told": "40 rows read.",
        }
    )

    sidebar = shown(EMPTY | {"inspect": [ended]}, start="check")

    expect(sidebar.get_by_text("40 rows read.")).to_be_visible()
    expect(sidebar.locator("#check")).to_be_hidden()


def test_data_too_poor_to_mean_anything_are_warned_of_before_anything_is_confirmed(
    shown: Callable[..., Page],
) -> None:
    """Once, in the look of a warning, with what to do."""
    check = {"state": "stop", "found": "The orders span 18 days.", "toDo": "Add older orders."}
    note = "Too little to go by: The orders span 18 days. Add older orders."
    findings = samples.CHECKED["found"] | {"checks": [check], "notes": [note, "40 rows read, 40 used."]}
    checked = samples.CHECKED | {"found": findings}

    sidebar = shown(EMPTY | {"inspect": [ok(checked)]}, start="check")

    expect(sidebar.locator(".warning", has_text=note)).to_be_visible()
    expect(sidebar.get_by_text("The orders span 18 days.")).to_have_count(1)
    expect(sidebar.get_by_text("40 rows read, 40 used.")).to_be_visible()


def test_columns_can_be_chosen_otherwise(shown: Callable[..., Page]) -> None:
    """Only what was changed is sent; until then there is nothing to save."""
    sidebar = shown(
        EMPTY | {"inspect": [ok(samples.CHECK_FAILED)], "choose": [ok(samples.CHECKED)]}, start="check"
    )
    expect(sidebar.get_by_text("no column of dates")).to_be_visible()
    expect(sidebar.get_by_role("button", name="make the segments")).to_be_hidden()
    expect(sidebar.get_by_role("button", name="Use these columns")).to_be_hidden()

    sidebar.get_by_label("Date of the order").select_option("when")
    sidebar.get_by_role("button", name="Use these columns").click()
    sidebar.clock.run_for(500)

    assert asked(sidebar)[-1] == ["choose", [{"role": "order_date", "header": "when"}]]
    expect(sidebar.get_by_role("heading", name="Check my data")).to_be_focused()


def test_an_open_question_shows_its_readings_side_by_side(shown: Callable[..., Page]) -> None:
    """Money, customers and a button under each; the way on waits until one is pressed, and stays in view."""
    asking = samples.CHECKED | {"found": samples.CHECKED["found"] | {"questions": [samples.QUESTION]}}
    answered = asking | {
        "found": samples.CHECKED["found"] | {"questions": [samples.QUESTION | {"answer": "order"}]}
    }
    sidebar = shown(EMPTY | {"inspect": [ok(asking)], "answer": [ok(answered)]}, start="check")
    expect(sidebar.get_by_text("One question first")).to_be_visible()
    expect(sidebar.get_by_role("button", name="make the segments")).to_be_hidden()
    left, right = (sidebar.locator(".reading").nth(i).bounding_box() for i in (0, 1))
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    expect(sidebar.locator(".reading").nth(1)).to_contain_text("130,381.11")

    sidebar.get_by_role("button", name="This is right: It is the order's total").click()
    sidebar.clock.run_for(500)

    assert asked(sidebar)[-1] == ["answer", {"setting": "AmountCovers", "value": "order"}]
    expect(sidebar.locator(".answered")).to_contain_text("It is the order's total: count it once")
    expect(sidebar.get_by_role("button", name="make the segments")).to_be_in_viewport()


def test_found_columns_are_shown_though_another_one_is_missing(shown: Callable[..., Page]) -> None:
    """Nothing that was found is called missing; a wrong value in Settings leads to that tab."""
    column = {"role": "customer_id", "label": "customer id", "header": "customer", "column": "A", "why": ""}
    problem = samples.CHECK_FAILED["problem"] | {"columns": [column], "kind": "settings"}
    failed = samples.CHECK_FAILED | {"problem": problem}

    sidebar = shown(EMPTY | {"inspect": [ok(failed)], "showTab": [ok(None)]}, start="check")

    expect(sidebar.locator("#column-customer_id-about")).to_have_text("Column A")
    expect(sidebar.locator("#column-order_date-about")).to_contain_text("Not found")
    sidebar.get_by_role("button", name="Open Settings").click()
    assert asked(sidebar)[-1] == ["showTab", "Settings"]


def test_before_any_column_is_known_none_is_called_missing(shown: Callable[..., Page]) -> None:
    """A wrong value in Settings ends the look before the headers are read."""
    failed = samples.CHECK_FAILED | {"problem": samples.CHECK_FAILED["problem"] | {"kind": "settings"}}

    sidebar = shown(EMPTY | {"inspect": [ok(failed)]}, start="check")

    for role in ("customer_id", "amount", "order_id"):
        expect(sidebar.locator(f"#column-{role}-about")).to_have_text("Choose it here if it is not found.")


def test_a_run_that_settings_stopped_leads_to_settings(shown: Callable[..., Page]) -> None:
    """The button stands beside the one that tries again."""
    problem = {
        "type": "settings",
        "title": "Settings has a value that is not allowed",
        "detail": "No.",
        "hint": "",
    }
    failed = samples.operation(call="segment", state="failed", problem=problem)
    sidebar = shown(READY | {"segment": [ok({"operation": failed})], "showTab": [ok(None)]})

    sidebar.get_by_role("button", name="Refresh segments").click()
    sidebar.clock.run_for(2_000)
    sidebar.locator("#notice").get_by_role("button", name="Open Settings").click()

    assert asked(sidebar)[-1] == ["showTab", "Settings"]


DECISION = {
    "version": 4,
    "title": "We kept your current segments",
    "reason": "The new ones are less repeatable (80 of 100 customers would keep their segment, 98 of 100 now).",
    "rows": [
        {"label": "Number of segments", "now": "5", "then": "3"},
        {
            "label": "Customers who keep their segment when it is found again",
            "now": "98 of 100",
            "then": "80 of 100",
        },
    ],
    "now": [{"segment": "Champions", "customers": 1562}, {"segment": "Lost", "customers": 900}],
    "then": [{"segment": "Hibernating", "customers": 2462}],
}


def test_new_segments_that_were_not_used_are_a_decision_with_both_sets_side_by_side(
    shown: Callable[..., Page],
) -> None:
    """What stood there stays; the other way is one click."""
    refused = samples.RESULT | {"decision": DECISION, "message": "We kept your current segments."}
    done = ok({"operation": samples.operation(state="done"), "result": refused})
    sidebar = shown(READY | {"retrain": [done], "useModel": ["hold"]})
    before = sidebar.locator("#segments").inner_text()

    sidebar.get_by_role("button", name="Find new segments").click()
    sidebar.clock.run_for(3_000)

    decision = sidebar.locator("#decision")
    expect(decision.get_by_role("heading", name="We kept your current segments")).to_be_visible()
    rows = [row.inner_text().split("\t") for row in decision.get_by_role("row").all()]
    assert rows[0][1:] == ["In use", "New"]
    assert rows[1] == ["Number of segments", "5", "3"]
    assert rows[3] == ["Segments", "Champions: 1,562", "Hibernating: 2,462"]
    assert rows[4][1:] == ["Lost: 900", ""]
    assert sidebar.locator("#segments").inner_text() == before
    assert sidebar.evaluate("document.documentElement.scrollWidth <= innerWidth")
    decision.get_by_role("button", name="Use the new ones anyway").click()
    sidebar.clock.run_for(500)
    assert asked(sidebar)[-1][0] in ("useModel", "pulse")
    assert ["useModel", 4] in asked(sidebar)


def test_text_from_the_sheet_is_never_markup(shown: Callable[..., Page]) -> None:
    """A customer, a segment and an error with HTML in them are shown as they are."""
    evil = "<img src=x onerror=document.title='owned'>"
    segments = [{"cluster": 0, "segment": evil, "actionPlan": evil, "customers": 5, "revenueShare": 1.0}]
    line = [{"customer": evil, "segment": evil, "at": evil}]
    sidebar = shown(
        {
            "pulse": [ok(samples.pulse(predictions=line))],
            "status": [ok(samples.status(segments=segments))],
            "explain": [problem(title=evil, detail=evil)],
        }
    )

    sidebar.get_by_role("button", name="Explain the selected row").click()
    sidebar.clock.run_for(500)

    assert sidebar.locator("img").count() == 0
    expect(sidebar.locator("#segments")).to_contain_text(evil)
    assert sidebar.title() != "owned"


def test_everything_is_reached_by_keyboard_and_named(shown: Callable[..., Page]) -> None:
    """Tab goes to each button in order; each has a name; the one that has the focus shows it."""
    sidebar = shown(READY)
    buttons = sidebar.locator("button, summary").filter(visible=True)
    reached = []

    for _ in range(buttons.count()):
        sidebar.keyboard.press("Tab")
        reached.append(sidebar.evaluate("document.activeElement.textContent"))

    assert reached == buttons.all_text_contents()
    assert all(reached)
    assert sidebar.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_nothing_is_wider_than_the_sidebar(shown: Callable[..., Page]) -> None:
    """Long names and addresses break; nothing scrolls sideways."""
    long = "x" * 120
    segments = [{"cluster": 0, "segment": long, "actionPlan": "", "customers": 5, "revenueShare": 1.0}]
    live = samples.LIVE_ON | {"owner": f"{long}@shop.example"}
    line = [{"customer": long, "segment": long, "at": long}]
    sidebar = shown(
        {
            "pulse": [ok(samples.pulse(live=live, predictions=line))],
            "status": [ok(samples.status(segments=segments))],
        }
    )

    assert sidebar.evaluate("document.documentElement.scrollWidth") <= 300


def test_set_up_shows_where_data_goes_and_does_nothing_before_consent(shown: Callable[..., Page]) -> None:
    """Service and account are named; cancelling closes."""
    dialog = shown({}, name="setup_page", **SETUP)
    dialog.set_viewport_size({"width": 460, "height": 300})
    expect(dialog.get_by_role("button", name="I agree: set up")).to_be_in_viewport(ratio=1)

    expect(dialog.get_by_text("https://audience.shop.example/")).to_be_visible()
    expect(dialog.get_by_text("audience@shop.example")).to_be_visible()
    expect(dialog.get_by_text("“Customers <2026>”")).to_be_visible()
    assert asked(dialog) == []

    dialog.get_by_role("button", name="Cancel").click()

    assert dialog.evaluate("window.closings") == 1
    assert asked(dialog) == []


def test_set_up_stops_at_a_step_that_fails_and_goes_on_from_there(shown: Callable[..., Page]) -> None:
    """What failed, what to do by hand; trying again repeats that step alone and goes on."""
    refused = problem(
        title="Not allowed", detail="Accounts of other.example may not connect.", hint="Ask for it."
    )
    steps: Answers = {
        "share": [ok({"text": "Shared."})],
        "connect": [refused, ok({"text": "Connected.", "tabsMade": ["RFM"]})],
        "tabs": [ok({"text": "Made: RFM."})],
        "triggers": [ok({"text": "Live labels are on.", "isMine": True})],
    }
    dialog = shown(steps, name="setup_page", **SETUP)

    dialog.get_by_role("button", name="I agree: set up").click()
    dialog.clock.run_for(500)
    step = dialog.get_by_role("listitem").filter(has_text=re.compile("^.?Connect"))
    expect(step).to_contain_text("Connect: failed")
    expect(step).to_contain_text("By hand: Ask for it.")
    dialog.get_by_role("button", name="Try again").click()
    dialog.clock.run_for(500)

    assert asked(dialog) == [
        ["share", None],
        ["connect", None],
        ["connect", None],
        ["tabs", ["RFM"]],
        ["triggers", ["RFM"]],
        ["zone", None],
    ]
    expect(dialog.get_by_role("status")).to_contain_text("All set.")
    expect(dialog.get_by_role("button", name="Open the sidebar")).to_be_focused()


def test_an_add_on_without_a_service_says_so(shown: Callable[..., Page]) -> None:
    """Before the deploy step there is nothing to agree to."""
    dialog = shown({}, name="setup_page", **(SETUP | {"isDeployed": "false"}))

    expect(dialog.get_by_text("has no service yet")).to_be_visible()
    expect(dialog.get_by_role("button", name="I agree: set up")).to_have_count(0)


def test_an_earlier_model_is_put_back_by_a_click(shown: Callable[..., Page]) -> None:
    """Also where the model in use is damaged, when there are no segments to show."""
    versions = [
        {"version": version, "status": state, "trainedAt": "2026-11-20T08:15:00Z", "customers": 60, "k": 4}
        for version, state in ((3, "in use"), (2, "earlier"))
    ]
    damaged = samples.status(
        model=None, segments=[], versions=versions, warnings=["The Model tab is damaged."]
    )

    sidebar = shown({"pulse": [ok(samples.pulse())], "status": [ok(damaged)]})
    sidebar.get_by_text("Earlier segments").click()
    sidebar.get_by_role("button", name="Use these again: Version 2").click()
    sidebar.clock.run_for(200)

    assert ["useModel", 2] in asked(sidebar)
    expect(sidebar.get_by_role("button", name="Use these again: Version 3")).to_have_count(0)
