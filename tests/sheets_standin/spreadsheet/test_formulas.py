"""What formulas compute.

The types and sentences of failures are those that Google's ErrorValue has for the same formulas (a probe of the
real service published in a public repository, and users' reports); values are worked out by hand.
"""

from __future__ import annotations

import datetime as dt

import pytest

import sheets_standin.spreadsheet.formulas as module
from sheets_standin.sheets_api.grid_data import cell_json
from sheets_standin.spreadsheet.cells import Cell, Fault, value_of
from sheets_standin.spreadsheet.document import Document, NamedRange
from sheets_standin.spreadsheet.formats import displayed
from sheets_standin.spreadsheet.formulas import shifted
from sheets_standin.spreadsheet.grid import Grid
from sheets_standin.spreadsheet.sheet import Sheet

OWNER = "owner@example.com"


class Clock:
    moment = dt.datetime(2026, 1, 15, 17, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def document(clock: Clock) -> Document:
    """Two tabs: numbers, a text, a date and an amount in column A of the first; customers in the second."""
    made = Document("id", now=clock, time_zone="America/New_York")
    made.sheets.append(Sheet(7, "New User", Grid()))
    put(made, "A1", "5", "7", "x", "2020-01-01", "$3.50", "2020-02-01")
    put(made, "A1", "CustomerID", "10", "20", "30", title="New User")
    return made


def put(document: Document, cell: str, *texts: str, title: str = "Sheet1") -> None:
    """Type texts one below the other."""
    column, row = ord(cell[0]) - 65, int(cell[1:]) - 1
    document.type_rows(document.sheet(title), row, column, [[text] for text in texts], OWNER)


def cell(document: Document, where: str, title: str = "Sheet1") -> Cell:
    content = document.sheet(title).grid.cell(int(where[1:]) - 1, ord(where[0]) - 65)
    return content if isinstance(content, Cell) else Cell(content)


def computed(document: Document, formula: str) -> object:
    put(document, "D1", formula)
    return cell(document, "D1").value


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=A1+A2", 12),
        ("=sum(a1:a2)/2", 6),
        ("=+A1", 5),
        ("=1/4", 0.25),
        ('=A1&"x"', "5x"),
        ('=IF(A1>3,"big","small")', "big"),
        ("=A1>A2", False),
        ("=SUM('New User'!A2:A9)", 60),
        ("=SUM('New User'!A2:A)", 60),
        ("=SUM('New User'!A:A)", 60),
        ("=SUM('New User'!2:3)", 30),
        ("=COUNTA('New User'!A:A)", 4),
        ("='New User'!A1", "CustomerID"),
        ("='new user'!a2", 10),
        ("=SUM(A1:A2000)", 12 + 3.5 + 43831 + 43862),
        ("=ROWS(A:A)", 1000),
        ('=IFERROR(A1/0,"-")', "-"),
        ("=SUM(1,2", 3),
        ('="x"&IFERROR(1/0)', "x"),
        ("=ROUND(2.567)+ROUNDUP(2.1", 6),
        ("=IFERROR(SUM(1,2),ROUND(2.5,0))", 3),
        ("=A1:A9+0", 5),
        ("=LET(a,2,a+A1)", 7),
        ("=10%", 0.1),
        ('="A1"', "A1"),
        ("=Z9", None),
    ],
)
def test_values(document: Document, formula: str, value: object) -> None:
    """Cells of this and of other tabs, open and whole ranges, names in any case; an empty cell stays empty."""
    assert computed(document, formula) == value


@pytest.mark.parametrize(
    ("formula", "kind", "message"),
    [
        ("=1/0", "DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero."),
        ("=A1/Z1", "DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero."),
        (
            "=AVERAGE(Z1:Z3)",
            "DIVIDE_BY_ZERO",
            "Evaluation of function AVERAGE caused a divide by zero error.",
        ),
        ("=NA()", "N_A", ""),
        ("=NotARealFunction()", "NAME", "Unknown function: 'NotARealFunction'."),
        ("=ARRAYFORMULA(A1:A2)", "NAME", "Unknown function: 'ARRAYFORMULA'."),
        ('=SUM(INDIRECT("A1"))', "NAME", "Unknown function: 'INDIRECT'."),
        ("=nothing+1", "NAME", "Unknown range name: 'nothing'."),
        ("=A1:Z1 A30:Z30", "ERROR", "Formula parse error."),
        ("=1+", "ERROR", "Formula parse error."),
        ("=)", "ERROR", "Formula parse error."),
        ("=1)", "ERROR", "Formula parse error."),
        ('="a', "ERROR", "Formula parse error."),
        ("=+49 (30) 123", "ERROR", "Formula parse error."),
        ("=SQRT(-1)", "NUM", "Function SQRT parameter 1 value is negative. It should be positive or zero."),
        ('=VLOOKUP("nope",A1:B3,1,FALSE)', "N_A", "Did not find value 'nope' in VLOOKUP evaluation."),
        ("=MATCH(99,A1:A2,0)", "N_A", "Did not find value '99' in MATCH evaluation."),
        (
            '="a"+1',
            "VALUE",
            "Function ADD parameter 1 expects number values. "
            "But 'a' is a text and cannot be coerced to a number.",
        ),
        (
            "=2*A3",
            "VALUE",
            "Function MULTIPLY parameter 2 expects number values. "
            "But 'x' is a text and cannot be coerced to a number.",
        ),
        ("=Missing!A1", "REF", "Unresolved sheet name 'Missing'."),
        ("=#REF!+1", "REF", "Reference does not exist."),
        ("=A5000", "REF", "Reference does not exist."),
        ("=A1:A2", "VALUE", ""),
        ("=FILTER(A1:A2,A1:A2>5)", "ERROR", ""),
    ],
)
def test_failures_are_told_as_google_tells_them(
    document: Document, formula: str, kind: str, message: str
) -> None:
    """The type of the ErrorValue and, where it is known, the sentence."""
    put(document, "D9", formula)

    fault = cell(document, "D9").value
    assert isinstance(fault, Fault)
    assert fault.type == kind
    assert not message or fault.message == message


def test_a_single_value_is_taken_from_the_own_row(document: Document) -> None:
    """A column where one value is wanted gives that of the formula's row."""
    put(document, "D2", "=A1:A9")

    assert cell(document, "D2").value == 7


def test_chains_are_computed_in_the_order_of_dependency(document: Document) -> None:
    """Each cell looks at the next one below; fifty of them show the last one's value at once."""
    put(document, "E1", *[f"=E{row + 1}+1" for row in range(1, 51)], "=A1")

    assert cell(document, "E1").value == 55

    put(document, "A1", "6")
    assert cell(document, "E1").value == 56


def test_a_failure_is_handed_on_with_its_sentence(document: Document) -> None:
    """Who looks at a failing cell fails for the same reason."""
    put(document, "D1", "=D2*2", "=SUM(D3:D3)", '=VLOOKUP("k",A1:A3,1,FALSE)')

    assert cell(document, "D1").value == Fault("N_A", "Did not find value 'k' in VLOOKUP evaluation.")


def test_a_circle_is_a_reference_error(document: Document) -> None:
    """Both cells of a circle fail; breaking it mends both."""
    put(document, "D1", "=D2", "=D1")

    assert cell(document, "D1").value == Fault(
        "REF", "Circular dependency detected. To resolve with iterative calculation, see File > Settings."
    )
    assert displayed(cell(document, "D2")) == "#REF!"

    put(document, "D2", "4")
    assert cell(document, "D1").value == 4


def test_the_clock_is_the_documents_own(document: Document, clock: Clock) -> None:
    """NOW and TODAY tell the spreadsheet's wall clock, anew at every change of anything."""
    put(document, "D1", "=NOW()", "=TODAY()", "=TODAY()-A4")

    assert [cell(document, where).value for where in ("D1", "D2", "D3")] == [46037.5, 46037, 2206]

    clock.moment += dt.timedelta(hours=13)
    put(document, "F9", "anything")
    assert cell(document, "D2").value == 46038
    assert cell(document, "D1").value == pytest.approx(46038 + 1 / 24)


def test_random_numbers_change_with_every_change(document: Document) -> None:
    """A volatile function is computed again although nothing it looks at has changed."""
    put(document, "D1", "=RAND()")
    before = cell(document, "D1").value

    put(document, "F9", "anything")

    assert cell(document, "D1").value != before


def test_what_is_no_longer_a_formula_is_looked_at_as_a_value(document: Document) -> None:
    """Overwriting and emptying reach the formulas that look on."""
    put(document, "D1", "=E1+1", "")
    put(document, "E1", "=A1")
    assert cell(document, "D1").value == 6

    put(document, "E1", "100")
    assert cell(document, "D1").value == 101

    put(document, "E1", "")
    assert cell(document, "D1").value == 1


def test_a_failed_change_leaves_no_trace_in_later_results(document: Document) -> None:
    """What was rolled back is not what formulas see."""
    put(document, "D1", "=A1*2")

    def fail() -> None:
        with document.changing(OWNER, "test"):
            document.put(document.sheet("Sheet1"), 0, 0, [[1000]], "test")
            document.recalculate()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    put(document, "F9", "anything")
    assert cell(document, "D1").value == 10


def test_inserted_rows_are_seen(document: Document) -> None:
    """A whole column is as long as its tab, also after rows came in."""
    put(document, "D1", "=SUM('New User'!A2:A)", "=ROWS('New User'!A:A)")

    with document.changing(OWNER, "insert"):
        document.sheet("New User").grid.insert_rows(1, 1)
        document.noted("insert", "")
    put(document, "A2", "40", title="New User")

    assert [cell(document, "D1").value, cell(document, "D2").value] == [100, 1001]


def test_a_reference_beyond_the_grid_is_mended_by_growing_it(document: Document) -> None:
    """A cell that comes into being is seen by the formula that named it before."""
    put(document, "D1", "=SUM('New User'!A1500)")
    assert isinstance(cell(document, "D1").value, Fault)

    with document.changing(OWNER, "grow"):
        document.sheet("New User").grid.resize(2_000, 26)
        document.noted("grow", "")
    put(document, "A1500", "9", title="New User")

    assert cell(document, "D1").value == 9


def test_a_tab_too_long_for_the_library_is_refused_plainly(document: Document) -> None:
    """Half a sum is no sum: beyond the library's 1,048,576 rows nothing is computed."""
    document.sheets.append(Sheet(9, "Long", Grid(1_200_000, 2)))

    put(document, "D1", "=SUM(Long!A:A)", "=SUM(Long!A1:A9)")

    fault = cell(document, "D1").value
    assert isinstance(fault, Fault)
    assert "1048576 rows" in fault.message
    assert cell(document, "D2").value == 0


def test_named_ranges_are_read_in_any_case(document: Document) -> None:
    """A name stands for its cells."""
    bounds = {"sheetId": 7, "startRowIndex": 1, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 1}
    document.named_ranges.append(NamedRange("n1", "Orders", bounds))

    assert computed(document, "=SUM(orders)") == 60


def test_a_decimal_comma_parts_arguments_by_semicolons(clock: Clock) -> None:
    """In a German spreadsheet 1,5 is one number and a semicolon parts arguments."""
    german = Document("id", now=clock, locale="de_DE")
    put(german, "A1", "=SUM(1,5;2)", "=SUM({1\\2;3\\4})")

    assert [cell(german, "A1").value, cell(german, "A2").value] == [3.5, 10]


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("=TODAY()", "1/15/2026"),
        ("=NOW()", "1/15/2026 12:00:00"),
        ("=DATE(2023,3,19)", "3/19/2023"),
        ("=A4", "2020-01-01"),
        ("=A4+1", "2020-01-02"),
        ("=A6-A4", "31"),
        ("=TODAY()-A4", "2206"),
        ("=MAX(A4,A6)", "2020-02-01"),
        ("=A5*2", "$7.00"),
        ("=A5/A5", "1"),
        ("=SUM(A5:A5)", "$3.50"),
        ("=TIME(1,30,0)", "1:30:00 AM"),
        ("=IF(TRUE,A4,0)", "2020-01-01"),
        ("=A1", "5"),
        ("=YEAR(A4)", "2020"),
    ],
)
def test_a_result_is_shown_as_what_it_comes_from(document: Document, formula: str, text: str) -> None:
    """Dates stay dates and money stays money; the difference of two dates is a number of days."""
    put(document, "D1", formula)

    assert displayed(cell(document, "D1")) == text


def test_the_format_goes_along_a_chain(document: Document) -> None:
    """A cell that looks at =TODAY() is shown as a date too, whichever is computed first."""
    put(document, "D1", "=D2", "=D3", "=TODAY()")

    assert cell(document, "D1").inferred == {"type": "DATE"}
    assert displayed(cell(document, "D1")) == "1/15/2026"


def test_only_cells_looked_at_are_brought_to_the_library(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large tab that no formula names is not touched; of one that is named, only the named column is."""
    looked_up: list[tuple[int, ...]] = []

    class Watched(module.Calculator):
        def _set(self, sheet: int, row: int, column: int, value: object) -> None:
            looked_up.append((sheet, row, column))
            super()._set(sheet, row, column, value)  # type: ignore[arg-type]

    document._calculator = Watched()
    large = Grid(5_000, 3)
    large.extend([(f"C{row}", row, row) for row in range(5_000)])
    document.sheets.append(Sheet(8, "Training_Data", large))

    put(document, "D1", "=A1")
    assert {sheet for sheet, _, _ in looked_up} == {1}

    put(document, "D2", "=SUM(Training_Data!B:B)")
    assert {(sheet, column) for sheet, _, column in looked_up if sheet == 3} == {(3, 2)}
    assert cell(document, "D2").value == sum(range(5_000))

    looked_up.clear()
    put(document, "B5000", "0", title="Training_Data")
    assert looked_up == [(3, 5_000, 2)]
    assert cell(document, "D2").value == sum(range(4_999))


def test_a_spreadsheet_without_formulas_makes_no_workbook(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library is not called at all."""
    monkeypatch.setattr(module.ironcalc, "create", lambda *_: pytest.fail("a workbook was made"))

    put(document, "F1", "1", "x")

    assert value_of(document.sheet("Sheet1").grid.cell(0, 5)) == 1


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("=A1+$B$2", "=B3+$B$2"),
        ("=$A1+B$2", "=$A3+C$2"),
        ("=SUM(A:A,2:2)", "=SUM(B:B,4:4)"),
        ("=SUM(A2:A)", "=SUM(B4:B)"),
        ("='A1 tab'!C3", "='A1 tab'!D5"),
        ('=LOG10(A1)&"A1"', '=LOG10(B3)&"A1"'),
        ("=SUM($1:2)", "=SUM($1:4)"),
    ],
)
def test_a_copied_formula_moves_what_is_relative(formula: str, moved: str) -> None:
    """Two rows down, one column to the right; texts, functions and titles are no references."""
    assert shifted(formula, 2, 1) == moved


def test_a_copied_formula_that_leaves_the_grid_refers_to_nothing() -> None:
    """Above row 1 or left of column A there is no cell."""
    assert shifted("=A1+B2", -1, 0) == "=#REF!+B1"
    assert shifted("=A1+B2", 0, -1) == "=#REF!+A2"


def test_a_formula_that_comes_to_nothing_has_no_effective_value(document: Document) -> None:
    """Of =\"\" and of a reference to an empty cell Google tells the formula alone."""
    put(document, "D1", '=""', "=Z9", "=NA()")

    cells_shown = [cell_json(cell(document, where), {}, "en_US") for where in ("D1", "D2", "D3")]

    assert [set(line) & {"effectiveValue", "formattedValue"} for line in cells_shown[:2]] == [set(), set()]
    assert cells_shown[2]["effectiveValue"] == {"errorValue": {"type": "N_A"}}
