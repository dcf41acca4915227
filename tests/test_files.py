"""Files as programs export them: the command line and the local spreadsheet read the same cells."""

from __future__ import annotations

import datetime as dt
import gzip
import zipfile
from pathlib import Path

import pytest

from local.load import load
from server.cli import main, read_transactions
from server.core.options import Options
from server.files import FileError, open_rows
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.document import Document
from tests.conftest import orders

HEADER = ["Kunde Nr", "customer_id", "date", "amount"]
ROWS = [["Müller", "00042", "2024-03-15", "7,50"], ['Äß "x"', "C2", "2024-03-16", "1.250,00"]]


def table(delimiter: str = ",") -> str:
    """Return a csv whose cells hold delimiters, quotes and umlauts."""
    lines = [HEADER, *ROWS]
    return "".join(
        delimiter.join('"' + cell.replace('"', '""') + '"' for cell in line) + "\r\n" for line in lines
    )


def read(path: Path) -> list[list[object]]:
    with open_rows(path) as rows:
        return [list(row) for row in rows]


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("cp1252"),
        lambda text: gzip.compress(text.encode("cp1252")),
        lambda text: text.encode() + "Öz\r\n".encode("cp1252"),
    ],
    ids=[
        "utf-8",
        "utf-8 with a mark",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "cp1252",
        "packed",
        "two in one file",
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, encode: object, delimiter: str) -> None:
    """Eight ways to write the same cells, four to part them."""
    path = tmp_path / "in.csv"
    path.write_bytes(encode(table(delimiter)))  # type: ignore[operator]  # a function

    assert read(path)[:3] == [HEADER, *ROWS]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "sep=;\ncustomer_id;date;amount\nA;2024-01-01;1,5\n",
            [["customer_id", "date", "amount"], ["A", "2024-01-01", "1,5"]],
        ),
        ("customer_id;date;amount\nA;2024-01-01;7,5\nB;2024-01-02;8,5\n", None),
        ("customer_id,date,tags,amount\nA,2024-01-01,a;b;c;d;e,1\nB,2024-01-02,a;b;c;d;e,1\n", None),
        ("Our orders, all of them\n\ncustomer_id;date;amount\nA;2024-01-01;7,5\n", None),
        ('customer_id,date,title,amount\nA,2024-01-01,"12"" pan, black",5\n', None),
    ],
    ids=["Excel's hint", "decimal commas", "lists in cells", "a title", "inches"],
)  # fmt: skip
def test_the_header_tells_the_delimiter(tmp_path: Path, text: str, rows: list[list[str]] | None) -> None:
    """Whatever else could part the cells: the one that shows a header does."""
    path = tmp_path / "in.csv"
    path.write_text(text, encoding="utf-8")

    all_rows = read(path)

    assert any(row and row[0] == "customer_id" and row[-1] == "amount" for row in all_rows)
    assert rows is None or all_rows == rows
    assert len(all_rows[-1]) == len(next(row for row in all_rows if row and row[0] == "customer_id"))


def test_quotes_are_doubled_also_where_the_start_of_the_file_shows_none(tmp_path: Path) -> None:
    """Inch marks after the first 64 KB are read as any csv reader reads them."""
    path = tmp_path / "in.csv"
    lines = [
        "customer_id,date,title,amount",
        *['A,2024-01-01,"Mug, blue",5'] * 4000,
        'B,2024-01-02,"12"" pan, red",7',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")

    assert read(path)[-1] == ["B", "2024-01-02", '12" pan, red', "7"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG\r\n\x1a\n", "it is a picture"),
        (b"%PDF-1.7", "it is a PDF"),
        (b"\xd0\xcf\x11\xe0", "Excel 97"),
        (b"customer_id,date,amount\x00\x00", "it is no text"),
        (b"PK\x03\x04 no workbook", "Excel workbook"),
        (b"customer_id,date,amount\nA,2024-01-01,1\nA;2024-01-01;1\n", "changes its delimiter at row 3"),
        (b'customer_id,date,note,amount\nA,2024-01-01,"12 in,1\n' + b"B,1,x,1\n" * 60, "a quote that is not closed"),
    ],
    ids=["picture", "PDF", "old Excel", "zeros", "zip", "two delimiters", "open quote"],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_its_reason(tmp_path: Path, content: bytes, message: str) -> None:
    """No cells are made up of it."""
    path = tmp_path / "in.csv"
    path.write_bytes(content)

    with pytest.raises(FileError, match=message):
        read(path)


SHEET = """<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
{}</sheetData></worksheet>"""
PARTS = {
    "[Content_Types].xml": """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>""",
    "_rels/.rels": """<?xml version="1.0"?><Relationships
 xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>
</Relationships>""",
    "xl/workbook.xml": """<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>
<sheet name="About" sheetId="1" r:id="r1"/><sheet name="Orders" sheetId="2" r:id="r2"/></sheets></workbook>""",
    "xl/_rels/workbook.xml.rels": """<?xml version="1.0"?><Relationships
 xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
 Target="worksheets/sheet1.xml"/>
<Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
 Target="worksheets/sheet2.xml"/>
<Relationship Id="r3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
 Target="styles.xml"/></Relationships>""",
    "xl/styles.xml": """<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>""",
}
"""The least that Excel takes for a workbook: a tab of prose, and one of orders; style 1 is a date."""


def workbook(path: Path, rows: list[list[object]]) -> Path:
    """Write a workbook of two tabs; dates are numbers with the style of a date."""

    def cell(value: object) -> str:
        if isinstance(value, dt.date):
            return f'<c s="1"><v>{(value - dt.date(1899, 12, 30)).days}</v></c>'
        if isinstance(value, int | float):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    with zipfile.ZipFile(path, "w") as packed:
        for name, text in PARTS.items():
            packed.writestr(name, text)
        for number, table_ in enumerate(([["Exported by us"]], rows), start=1):
            lines = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in table_)
            packed.writestr(f"xl/worksheets/sheet{number}.xml", SHEET.format(lines))
    return path


def test_a_workbook_is_one_more_file(tmp_path: Path) -> None:
    """Of its tabs the one with a header of transactions is read; dates are dates, numbers numbers."""
    rows: list[list[object]] = [["customer_id", "date", "amount"], ["00042", dt.date(2024, 3, 15), 7.5]]
    path = workbook(tmp_path / "in.xlsx", rows)

    transactions, report = read_transactions(path, Options())

    assert (transactions.customer_ids, report.first_day, report.money_used) == (["00042"], "2024-03-15", 7.5)


def test_a_workbook_in_the_local_spreadsheet_holds_the_same(tmp_path: Path) -> None:
    """A date keeps its format, an id with zeros stays text."""
    rows: list[list[object]] = [["customer_id", "date", "amount"], ["00042", dt.date(2024, 3, 15), 7.5]]
    document = Document("x")

    count = load(document, workbook(tmp_path / "in.xlsx", rows), "you@example.com")

    row = document.sheet("Training_Data").grid.row(1)
    assert count == 1
    assert [value_of(cell) for cell in row] == ["00042", 45366, 7.5]
    assert row[1].format["numberFormat"]["type"] == "DATE"  # type: ignore[union-attr]  # a cell with a format


def test_the_command_line_and_the_local_spreadsheet_see_the_same(tmp_path: Path) -> None:
    """A file in Windows-1252 with semicolons: the same customers on both ways."""
    path = tmp_path / "in.csv"
    path.write_bytes("\n".join(";".join(row).replace("C00", "Ü00") for row in orders()).encode("cp1252"))
    document = Document("x")

    load(document, path, "you@example.com")
    main(["segment", str(path), str(tmp_path / "out.csv")])

    column = {str(value_of(row[0])) for row in document.sheet("Training_Data").grid.rows(1, 10_000) if row}
    written = {line.split(",")[0] for line in (tmp_path / "out.csv").read_text("utf-8").splitlines()[1:]}
    assert "Ü000" in written
    assert written <= column


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("Nr klienta;Nr zamówienia;Data zamówienia;Wartość brutto", "cp1250"),
        ("Код клиента;Номер заказа;Дата заказа;Сумма", "cp1251"),
        ("顧客コード;注文番号;注文日;合計金額", "cp932"),
        ("客户编号;订单号;下单时间;实付金额", "gb18030"),
        ("고객번호;주문번호;주문일자;결제금액", "cp949"),
        ("Müşteri No;Sipariş No;Sipariş Tarihi;Toplam Tutar", "cp1254"),
        ("Número cliente;Pedido;Fecha;Importe", "cp1252"),
    ],
    ids=["Polish", "Russian", "Japanese", "Chinese", "Korean", "Turkish", "Spanish"],
)
def test_an_older_encoding_is_found_by_its_header(tmp_path: Path, header: str, encoding: str) -> None:
    """The header reads as one of transactions in one of the older encodings."""
    path = tmp_path / "orders.csv"
    path.write_bytes(f"{header}\n7;1;2025-01-02;10\n".encode(encoding))

    with open_rows(path) as rows:
        first = next(rows)

    assert first == header.split(";")
