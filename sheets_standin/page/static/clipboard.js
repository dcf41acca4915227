// Copy, cut and paste: tab-separated text to and from everywhere, whole cells within the page.

import { get } from "./api.js";
import { textOf } from "./book.js";

const LARGEST_COPY = 500000;

/** Rows of texts from tab-separated text; a quoted field may hold tabs and line breaks. */
export function parse(text) {
  const rows = [[]];
  let at = 0;
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  while (at <= source.length) {
    let field = "";
    if (source[at] === '"') {
      let end = at + 1;
      while (end < source.length && !(source[end] === '"' && source[end + 1] !== '"')) {
        end += source[end] === '"' ? 2 : 1;
      }
      const after = source[end + 1];
      if (end < source.length && (after === undefined || after === "\t" || after === "\n")) {
        field = source.slice(at + 1, end).replaceAll('""', '"');
        at = end + 1;
      }
    }
    const next = source.slice(at).search(/[\t\n]/);
    const end = next < 0 ? source.length : at + next;
    field += source.slice(at, end);
    rows[rows.length - 1].push(field);
    if (source[end] === "\n") rows.push([]);
    at = end + 1;
  }
  return rows;
}

function quoted(text) {
  return /[\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export class Clipboard {
  /** @param {object} parts grid, book, selection, act, tell */
  constructor({ grid, book, selection, editor, act, tell }) {
    Object.assign(this, { grid, book, selection, editor, act, tell });
    this.copied = null; // {area, text, isCut}
    document.addEventListener("copy", (event) => this._copied(event, false));
    document.addEventListener("cut", (event) => this._copied(event, true));
    document.addEventListener("paste", (event) => {
      if (!this._isOurs()) return;
      event.preventDefault();
      this.paste(event.clipboardData.getData("text/plain"));
    });
  }

  _isOurs() {
    return document.activeElement === this.grid.root || document.activeElement === document.body;
  }

  _copied(event, isCut) {
    if (!this._isOurs()) return;
    event.preventDefault();
    const area = this._trimmed();
    if (isCut && this._refusesHidden(area)) return;
    const text = this._loadedText(area);
    if (text !== null) {
      event.clipboardData.setData("text/plain", text);
      this._remember(area, text, isCut);
    } else {
      this.copy(isCut);
    }
  }

  /** The selected area without the empty rest of a whole column. */
  _trimmed() {
    const area = this.selection.sent;
    return { ...area, rows: Math.max(1, Math.min(area.rows, this.book.tab.held - area.row)) };
  }

  _loadedText(area) {
    if (area.rows * area.columns > 20000) return null;
    const lines = [];
    for (let r = area.row; r < area.row + area.rows; r++) {
      if (this.book.hides(r)) continue;
      const line = [];
      for (let c = area.column; c < area.column + area.columns; c++) {
        const cell = this.book.cell(r, c);
        if (cell === undefined) return null;
        line.push(quoted(textOf(cell)));
      }
      lines.push(line.join("\t"));
    }
    return lines.join("\n");
  }

  _remember(area, text, isCut) {
    // Rows that a filter hides are not copied: what was is pasted as text alone.
    const isWhole = !this.book.hidesAny(area.row, area.rows);
    this.copied = { area: isWhole ? area : null, text, isCut: isCut && this.book.canEdit };
    this.selection.copied = area;
    this.selection.draw();
  }

  /** Copy by a menu item, or what is larger than what is loaded. */
  async copy(isCut) {
    const area = this._trimmed();
    if (isCut && this._refusesHidden(area)) return;
    if (this._loadedText(area) === null && this.book.hidesAny(area.row, area.rows)) {
      this.tell("So many filtered rows cannot be copied at once: scroll to them first, or copy fewer.");
      return;
    }
    if (area.rows * area.columns > LARGEST_COPY) {
      this.tell(`At most ${LARGEST_COPY.toLocaleString("en-US")} cells can be copied at once.`);
      return;
    }
    const text = this._loadedText(area) ?? (await get("text", area)).text;
    await navigator.clipboard.writeText(text);
    this._remember(area, text, isCut);
  }

  /** Paste by a menu item. */
  async pasteFromMenu() {
    try {
      await this.paste(await navigator.clipboard.readText());
    } catch {
      this.tell("The browser does not let the page read the clipboard: press Ctrl+V.");
    }
  }

  async paste(text) {
    const target = this.selection.sent;
    const kept = this.copied;
    let answer;
    if (kept && kept.area && kept.text.replaceAll("\r\n", "\n") === text.replaceAll("\r\n", "\n")) {
      answer = await this.act("pasteCells", { ...target, source: kept.area, cut: kept.isCut });
      if (answer && kept.isCut) this.forget();
    } else {
      if (text === "") return;
      answer = await this.act("paste", { ...target, texts: parse(text) });
    }
    if (answer && answer.area) {
      const [row, column, rows, columns] = answer.area;
      this.selection.select({ row, column, rows, columns }, { reveal: false });
    }
  }

  _refusesHidden(area) {
    const isRefused = this.book.hidesAny(area.row, area.rows);
    if (isRefused) this.tell("Rows that a filter hides lie among these: they cannot be cut.");
    return isRefused;
  }

  /** Take the marching border away. */
  forget() {
    if (!this.copied) return;
    this.copied = null;
    this.selection.copied = null;
    this.selection.draw();
  }
}
