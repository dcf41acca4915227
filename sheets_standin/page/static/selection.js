// What is selected: by mouse, by keyboard, by the name box; drawn over the grid.

import { get } from "./api.js";
import { columnOf, letters, nameOf } from "./book.js";
import { ROW_HEIGHT } from "./rows.js";

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class Selection {
  /**
   * @param {import("./grid.js").Grid} grid
   * @param {import("./book.js").Book} book
   */
  constructor(grid, book) {
    this.grid = grid;
    this.book = book;
    this.row = 0;
    this.column = 0;
    this.toRow = 0;
    this.toColumn = 0;
    this.tabbedFrom = null;
    this._kept = new Map(); // by tab
    this._listeners = [];
    this._overlays = [grid.frozen, grid.body].map((parent) => this._overlay(parent));
    grid.afterDraw = () => this.draw();
    this._mouse();
  }

  _overlay(parent) {
    const range = document.createElement("div");
    range.className = "selected-range";
    const active = document.createElement("div");
    active.className = "active-cell";
    const copied = document.createElement("div");
    copied.className = "copied-range";
    const handle = document.createElement("div");
    handle.className = "fill-handle";
    handle.title = "Drag down to fill";
    parent.append(range, active, copied, handle);
    return { range, active, copied, handle };
  }

  subscribe(listener) {
    this._listeners.push(listener);
  }

  get area() {
    return {
      row: Math.min(this.row, this.toRow),
      column: Math.min(this.column, this.toColumn),
      rows: Math.abs(this.row - this.toRow) + 1,
      columns: Math.abs(this.column - this.toColumn) + 1,
    };
  }

  /** The area of a cell: of all the cells that it is merged with. */
  cellArea(row, column) {
    const merge = this.book.mergeAt(row, column);
    if (!merge) return { row, column, rows: 1, columns: 1 };
    return { row: merge[0], column: merge[2], rows: merge[1] - merge[0], columns: merge[3] - merge[2] };
  }

  /** The area as the server takes it. */
  get sent() {
    return { sheet: this.book.current, ...this.area };
  }

  /** Select a cell, or extend the selection to it. */
  go(row, column, { extend = false, reveal = true, keepTab = false } = {}) {
    const { tab } = this.book;
    this.toRow = Math.max(0, Math.min(tab.rows - 1, row));
    this.toColumn = Math.max(0, Math.min(tab.columns - 1, column));
    // Rows that a view sorts are selected one at a time, or all together.
    if (extend && this.book.isSorted) this.toRow = this.row;
    if (!extend) {
      ({ row: this.toRow, column: this.toColumn } = this.cellArea(this.toRow, this.toColumn));
      this.row = this.toRow;
      this.column = this.toColumn;
    }
    if (!keepTab) this.tabbedFrom = null;
    if (reveal) this.grid.reveal(this.toRow, this.toColumn);
    this.draw();
    for (const listener of this._listeners) listener();
  }

  /** Select an area; its corner becomes the active cell. */
  select({ row, column, rows = 1, columns = 1 }, { reveal = true } = {}) {
    const { tab } = this.book;
    this.row = Math.min(row, tab.rows - 1);
    this.column = Math.min(column, tab.columns - 1);
    const isPart = this.book.isSorted && rows < tab.rows;
    this.toRow = isPart ? this.row : Math.min(row + rows, tab.rows) - 1;
    this.toColumn = Math.min(column + columns, tab.columns) - 1;
    this.tabbedFrom = null;
    if (reveal) this.grid.reveal(this.row, this.column);
    this.draw();
    for (const listener of this._listeners) listener();
  }

  /** Show another tab, with what was selected there. */
  show(sheet) {
    if (sheet !== this.book.current) {
      this._kept.set(this.book.current, { area: this.area, top: this.grid.root.scrollTop, left: this.grid.root.scrollLeft });
      this.book.current = sheet;
      const kept = this._kept.get(sheet);
      this.grid.draw();
      this.grid.root.scrollTop = kept ? kept.top : 0;
      this.grid.root.scrollLeft = kept ? kept.left : 0;
      this.select(kept ? kept.area : { row: 0, column: 0 }, { reveal: false });
      this.book.update({ tabs: this.book.tabs, revision: this.book.revision });
    }
  }

  draw() {
    const { tab } = this.book;
    const clamp = (value, most) => Math.max(0, Math.min(value, most - 1));
    this.row = clamp(this.row, tab.rows);
    this.toRow = clamp(this.toRow, tab.rows);
    this.column = clamp(this.column, tab.columns);
    this.toColumn = clamp(this.toColumn, tab.columns);
    const area = this.area;
    const isSingle = area.rows === 1 && area.columns === 1;
    this._overlays.forEach((overlay, index) => {
      const inFrozen = index === 0;
      put(overlay.range, isSingle ? null : this.grid.rectangle(area, inFrozen));
      const active = this.cellArea(this.row, this.column);
      // A cell of a frozen column stays where it is while the others scroll, and so does its frame.
      const stays = active.column < tab.frozenColumns;
      const frame = this.grid.rectangle(active, inFrozen);
      put(overlay.active, frame && stays ? { ...frame, left: frame.left + this.grid.root.scrollLeft } : frame);
      overlay.active.classList.toggle("over-stuck", stays);
      const isHere = this.copied && this.copied.sheet === this.book.current;
      put(overlay.copied, isHere ? this.grid.rectangle(this.copied, inFrozen) : null);
      const end = isSingle ? active : area;
      const corner = this.grid.rectangle(
        { row: end.row + end.rows - 1, column: end.column + end.columns - 1, rows: 1, columns: 1 },
        inFrozen,
      );
      const at = corner && corner.height > 0 && { left: corner.left + corner.width - 4, top: corner.top + corner.height - 4 };
      put(overlay.handle, this.book.canEdit && !this.book.isSorted ? at : null);
    });
    this._mark(area);
  }

  _mark(area) {
    for (const node of this.grid.root.querySelectorAll(".in-selection")) node.classList.remove("in-selection");
    for (const node of this.grid.root.querySelectorAll('[aria-selected="true"]')) node.removeAttribute("aria-selected");
    for (const head of this.grid.root.querySelectorAll(".column-head")) {
      const c = Number(head.dataset.column);
      if (c >= area.column && c < area.column + area.columns) head.classList.add("in-selection");
    }
    for (const head of this.grid.root.querySelectorAll(".row-head")) {
      const r = Number(head.dataset.row);
      if (r >= area.row && r < area.row + area.rows) head.classList.add("in-selection");
    }
    const node = this.grid.node(this.row, this.column);
    if (node) {
      node.setAttribute("aria-selected", "true");
      this.grid.root.setAttribute("aria-activedescendant", node.id);
    }
  }

  /** Go where Ctrl and an arrow lead: the end of the filled or of the empty stretch, loaded or not. */
  async _jump(row, column, [down, right], extend) {
    const sheet = this.book.current;
    const answer = await get("edge", { sheet, row, column, down, right });
    if (sheet === this.book.current) this.go(...answer.cell, { extend });
  }

  /** The place next to a cell, beyond all that it is merged with. */
  _beside(row, column, [down, right]) {
    const area = this.cellArea(row, column);
    const { rows } = this.grid;
    return [
      down > 0 ? rows.beside(area.row + area.rows - 1, 1) : down < 0 ? rows.beside(area.row, -1) : row,
      right > 0 ? area.column + area.columns : right < 0 ? area.column - 1 : column,
    ];
  }

  /** The row a page further down or up. */
  _paged(row, step) {
    const { rows } = this.grid;
    return rows.at(Math.max(0, rows.top(row) + step * this.grid.page * ROW_HEIGHT));
  }

  /** Handle a key that moves; return whether it was one. */
  key(event) {
    const { tab } = this.book;
    const control = event.ctrlKey || event.metaKey;
    const extend = event.shiftKey;
    const [row, column] = extend ? [this.toRow, this.toColumn] : [this.row, this.column];
    const arrow = ARROWS[event.key];
    if (arrow && !event.altKey) {
      if (control) this._jump(row, column, arrow, extend);
      else this.go(...this._beside(row, column, arrow), { extend });
    } else if (event.key === "Home") {
      this.go(control ? 0 : row, 0, { extend });
    } else if (event.key === "End") {
      this.go(control ? Math.max(0, tab.held - 1) : row, tab.columns - 1, { extend });
    } else if (event.key === "PageDown" && !event.altKey && !control) {
      this.go(this._paged(row, 1), column, { extend });
    } else if (event.key === "PageUp" && !event.altKey && !control) {
      this.go(this._paged(row, -1), column, { extend });
    } else if (event.key === "Tab" && !control) {
      this.tab(event.shiftKey);
    } else if (event.key === " " && event.ctrlKey) {
      this.select({ row: 0, column: this.area.column, rows: tab.rows, columns: this.area.columns }, { reveal: false });
    } else if (event.key === " " && event.shiftKey) {
      this.select({ row: this.area.row, column: 0, rows: this.area.rows, columns: tab.columns }, { reveal: false });
    } else if (control && event.key.toLowerCase() === "a") {
      this.select({ row: 0, column: 0, rows: tab.rows, columns: tab.columns }, { reveal: false });
    } else {
      return false;
    }
    return true;
  }

  /** Move on as Tab does; Enter comes back to the column where the tabbing began. */
  tab(backwards) {
    const from = this.tabbedFrom ?? this.column;
    this.go(...this._beside(this.row, this.column, [0, backwards ? -1 : 1]), { keepTab: true });
    this.tabbedFrom = from;
  }

  /** Move on as Enter does. */
  enter(backwards) {
    const column = this.tabbedFrom ?? this.column;
    this.go(this._beside(this.row, this.column, [backwards ? -1 : 1, 0])[0], column);
  }

  /** Go to what was typed into the name box; return whether it names something. */
  named(text) {
    const bang = text.lastIndexOf("!");
    const cells = (bang < 0 ? text : text.slice(bang + 1)).replaceAll("$", "").trim();
    if (bang >= 0) {
      const title = text.slice(0, bang).replace(/^'|'$/g, "");
      const tab = this.book.tabCalled(title);
      if (!tab) return false;
      this.show(tab.id);
    }
    const found = /^([A-Za-z]{1,3})?(\d{1,8})?(?::([A-Za-z]{1,3})?(\d{1,8})?)?$/.exec(cells);
    if (!found || !cells) return false;
    const { tab } = this.book;
    const isRange = cells.includes(":");
    if (!isRange && (!found[1] || !found[2])) return false;
    const rows = [found[2], found[4] ?? (isRange ? undefined : found[2])].map((r) => (r ? Number(r) - 1 : null));
    const columns = [found[1], found[3] ?? (isRange ? undefined : found[1])].map((c) => (c ? columnOf(c) : null));
    const row = Math.min(rows[0] ?? 0, rows[1] ?? Infinity);
    const column = Math.min(columns[0] ?? 0, columns[1] ?? Infinity);
    const lastRow = Math.max(rows[0] ?? 0, rows[1] ?? tab.rows - 1);
    const lastColumn = Math.max(columns[0] ?? 0, columns[1] ?? tab.columns - 1);
    if (row < 0 || row >= tab.rows || column >= tab.columns) return false;
    this.select({ row, column, rows: lastRow - row + 1, columns: lastColumn - column + 1 });
    return true;
  }

  /** Name of what is selected, for the name box. */
  get name() {
    const { tab } = this.book;
    const area = this.area;
    if (area.rows === tab.rows && tab.rows > 1 && area.columns === 1) {
      return `${letters(area.column)}:${letters(area.column)}`;
    }
    if (area.columns === tab.columns && area.rows === 1 && tab.columns > 1) return `${area.row + 1}:${area.row + 1}`;
    return nameOf(area);
  }

  _mouse() {
    const root = this.grid.root;
    root.addEventListener("mousedown", (event) => {
      if (event.button === 2 && this._isInside(event)) return;
      if (event.target.closest(".editor, .fill-handle, .resizer, .filter-button") || event.button > 1) return;
      const box = root.getBoundingClientRect();
      if (event.clientX - box.left > root.clientWidth || event.clientY - box.top > root.clientHeight) return;
      const from = this.grid.at(event.clientX, event.clientY);
      event.preventDefault();
      root.focus({ preventScroll: true });
      this._press(from, event.shiftKey);
      const drag = (moved) => this._drag(from, this.grid.at(moved.clientX, moved.clientY));
      const stop = () => window.removeEventListener("mousemove", drag);
      window.addEventListener("mousemove", drag);
      window.addEventListener("mouseup", stop, { once: true });
    });
  }

  _isInside(event) {
    const { row, column } = this.grid.at(event.clientX, event.clientY);
    const area = this.area;
    const inRows = row < 0 || (row >= area.row && row < area.row + area.rows);
    return inRows && (column < 0 || (column >= area.column && column < area.column + area.columns));
  }

  _press({ row, column }, extend) {
    const { tab } = this.book;
    if (row < 0 && column < 0) this.select({ row: 0, column: 0, rows: tab.rows, columns: tab.columns }, { reveal: false });
    else if (row < 0) this._columns(extend ? this.column : column, column);
    else if (column < 0) this._rows(extend ? this.row : row, row);
    else this.go(row, column, { extend, reveal: extend });
  }

  _drag(from, to) {
    if (from.row < 0) this._columns(from.column, Math.max(0, to.column));
    else if (from.column < 0) this._rows(from.row, Math.max(0, to.row));
    else this.go(Math.max(0, to.row), Math.max(0, to.column), { extend: true });
  }

  _columns(one, other) {
    const columns = Math.abs(one - other) + 1;
    this.select({ row: 0, column: Math.min(one, other), rows: this.book.tab.rows, columns }, { reveal: false });
  }

  _rows(one, other) {
    const rows = Math.abs(one - other) + 1;
    this.select({ row: Math.min(one, other), column: 0, rows, columns: this.book.tab.columns }, { reveal: false });
  }
}

function put(node, rectangle) {
  // A row that is hidden, or that a filter hides, has no height.
  node.hidden = !rectangle || rectangle.height === 0;
  if (node.hidden) return;
  for (const side of ["left", "top", "width", "height"]) {
    if (rectangle[side] !== undefined) node.style[side] = `${rectangle[side]}px`;
  }
  node.classList.toggle("opens-up", Boolean(rectangle.opensUp));
  node.classList.toggle("opens-down", Boolean(rectangle.opensDown));
}
