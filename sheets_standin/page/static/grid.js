// Draws the visible window of a tab: only rows and columns that can be seen are in the page.

import { letters, textOf } from "./book.js";
import { drawBorders, emptyCell, fillCell, lookOf, made } from "./cells.js";
import { filterButton } from "./filters.js";
import { ROW_HEIGHT, Rows } from "./rows.js";

export const HEAD_WIDTH = 46;
export const HEAD_HEIGHT = 24;
const DEFAULT_WIDTH = 100;
const SPARE_ROWS = 8;
const FROZEN_RULE = 3; // the thick line below frozen rows

export class Grid {
  /**
   * @param {HTMLElement} root scrolls, and has the focus
   * @param {import("./book.js").Book} book
   */
  constructor(root, book) {
    this.root = root;
    this.book = book;
    this.canvas = made("div", "canvas", root);
    this.heads = made("div", "heads", this.canvas);
    this.heads.setAttribute("role", "row");
    this.heads.setAttribute("aria-hidden", "true");
    this.frozen = made("div", "frozen", this.canvas);
    this.frozen.setAttribute("role", "rowgroup");
    this.body = made("div", "body", this.canvas);
    this.body.setAttribute("role", "rowgroup");
    this.rows = new Rows(book);
    this._rows = new Map();
    this._layout = "";
    this._asked = false;
    this._revealed = null; // the cell that was scrolled to, while nobody scrolls elsewhere: {tab, row, column, top, left}
    this.afterDraw = () => {};
    root.addEventListener("scroll", () => this._scrolled(), { passive: true });
    new ResizeObserver(() => this.soon()).observe(root);
    book.subscribe(() => this.soon());
  }

  /** Draw before the next frame. */
  soon() {
    if (this._asked) return;
    this._asked = true;
    requestAnimationFrame(() => {
      this._asked = false;
      this.draw();
    });
  }

  _scrolled() {
    const kept = this._revealed;
    if (kept && (Math.abs(this.root.scrollTop - kept.top) > 1 || Math.abs(this.root.scrollLeft - kept.left) > 1)) {
      this._revealed = null;
    }
    this.soon();
  }

  /** Left edges of all columns, and the right edge of the last. */
  edges() {
    const { columns, widths } = this.book.tab;
    const found = [0];
    for (let c = 0; c < columns; c++) found.push(found[c] + (widths[c] ?? DEFAULT_WIDTH));
    return found;
  }

  /** Pixels between the top of the cells that scroll and the top of a row. */
  topOf(row) {
    const { frozenRows } = this.book.tab;
    return this.rows.top(row) - (row < frozenRows ? 0 : this.rows.frozen);
  }

  get frozenHeight() {
    const { frozenRows } = this.book.tab;
    return frozenRows ? this.rows.frozen + FROZEN_RULE : 0;
  }

  /** How many rows fit. */
  get page() {
    return Math.max(1, Math.floor((this.root.clientHeight - HEAD_HEIGHT - this.frozenHeight) / ROW_HEIGHT) - 1);
  }

  /** The part in view: places of rows, and columns; both half open. */
  visible() {
    const { rows, columns, frozenRows } = this.book.tab;
    const top = this.root.scrollTop + this.rows.frozen;
    const height = this.root.clientHeight - HEAD_HEIGHT - this.frozenHeight;
    const spare = SPARE_ROWS * ROW_HEIGHT;
    const first = Math.min(rows, Math.max(frozenRows, this.rows.placeAt(Math.max(0, top - spare))));
    const last = Math.min(rows, this.rows.placeAt(top + height + spare) + 1);
    const left = this.root.scrollLeft;
    const right = left + this.root.clientWidth;
    let start = 0;
    while (start < columns - 1 && this._edges[start + 1] < left - 200) start++;
    let end = start;
    while (end < columns && this._edges[end] < right + 200) end++;
    return { first, last, start, end };
  }

  draw() {
    const { tab } = this.book;
    this._edges = this.edges();
    this.rows.update(this._edges);
    this.root.classList.toggle("no-lines", tab.plain);
    const width = HEAD_WIDTH + this._edges[tab.columns];
    this.canvas.style.width = `${width + 40}px`;
    this.canvas.style.setProperty("--sheet-width", `${width}px`);
    this.body.style.height = `${this.rows.topAt(tab.rows) - this.rows.frozen + 60}px`;
    this.frozen.style.height = `${this.frozenHeight}px`;
    // Rows that arrive may be higher than they were taken for: what was scrolled to stays in view.
    if (this._revealed?.tab === tab.id) this.reveal(this._revealed.row, this._revealed.column);
    this.root.setAttribute("aria-label", tab.title);
    this.root.setAttribute("aria-rowcount", String(tab.rows));
    this.root.setAttribute("aria-colcount", String(tab.columns));
    this.root.setAttribute("aria-readonly", String(!this.book.canEdit));
    const seen = this.visible();
    this.book.need(0, Math.max(1, tab.frozenRows));
    const shown = [...this.rows.between(seen.first, seen.last)];
    if (this.book.isSorted) for (const row of shown) this.book.need(row, row + 1);
    else if (shown.length) this.book.need(shown[0], shown[shown.length - 1] + 1);
    const layout = `${tab.id}/${this._edges.join()}/${seen.start}/${seen.end}/${tab.frozenColumns}/${tab.merges.join(";")}`;
    if (layout !== this._layout) this._drawHeads(seen);
    this._layout = layout;
    const wanted = new Set();
    for (let row = 0; row < tab.frozenRows; row++) wanted.add(row);
    for (const row of shown) wanted.add(row);
    // What is merged is drawn by its first row.
    for (const [top, bottom] of tab.merges) if (shown.some((row) => row > top && row < bottom)) wanted.add(top);
    for (const [row, node] of this._rows) {
      if (!wanted.has(row)) {
        node.remove();
        this._rows.delete(row);
      }
    }
    for (const row of wanted) this._drawRow(row, seen, layout);
    this.afterDraw();
  }

  _drawHeads({ start, end }) {
    const { tab } = this.book;
    const corner = made("div", "corner");
    corner.title = "Select all";
    const nodes = [corner];
    for (let c = 0; c < tab.columns; c++) {
      if (((c < start || c >= end) && c >= tab.frozenColumns) || this._edges[c] === this._edges[c + 1]) continue;
      const head = made("div", "column-head");
      head.textContent = letters(c);
      head.dataset.column = String(c);
      this._place(head, c);
      made("div", "resizer", head).dataset.resize = String(c);
      nodes.push(head);
    }
    this.heads.replaceChildren(...nodes);
  }

  _place(node, column, columns = 1) {
    const { tab } = this.book;
    node.style.width = `${this._edges[column + columns] - this._edges[column]}px`;
    if (column < tab.frozenColumns) {
      node.classList.add("stuck");
    }
    node.style.left = `${HEAD_WIDTH + this._edges[column]}px`;
  }

  /** Look of a cell, or of what it is merged with. */
  _look(row, column) {
    const merge = this.book.tab.merges.length ? this.book.mergeAt(row, column) : undefined;
    return lookOf(merge ? this.book.cell(merge[0], merge[2]) : this.book.cell(row, column));
  }

  /** Columns of a row that are drawn: those in view, and those whose merge reaches into view. */
  _columns(row, { start, end }) {
    const { tab } = this.book;
    const drawn = [];
    for (let c = 0; c < tab.columns; c++) {
      const merge = tab.merges.length ? this.book.mergeAt(row, c) : undefined;
      const right = merge ? merge[3] : c + 1;
      if (merge && (merge[0] !== row || merge[2] !== c)) continue;
      if ((right <= start || c >= end) && c >= tab.frozenColumns) continue;
      if (this._edges[c] !== this._edges[right]) drawn.push([c, this.book.cell(row, c), merge]);
    }
    return drawn;
  }

  _drawRow(row, seen, layout) {
    const { tab } = this.book;
    const height = this.rows.height(row);
    const cells = this._columns(row, seen);
    const beyond = cells.map(([c]) => [this._look(row + 1, c).o?.t, this._look(row, c + 1).o?.l]);
    const span = cells.map(([, , merge]) => merge && this.rows.bottom(merge[1] - 1) - this.rows.top(row));
    const { filter } = this.book;
    const heads = filter && filter.range[0] === row ? [filter.range, filter.criteria, filter.sort] : null;
    const key = `${layout}/${height}` + JSON.stringify([cells, beyond, span, heads], (_, value) => (value === undefined ? "?" : value));
    const held = this._rows.get(row);
    const isFrozen = row < tab.frozenRows;
    if (held) held.style.top = `${this.topOf(row)}px`;
    if (held && held.drawnKey === key) return;
    const node = held || made("div", "row");
    node.drawnKey = key;
    if (!held) {
      node.setAttribute("role", "row");
      node.setAttribute("aria-rowindex", String(row + 1));
      node.dataset.row = String(row);
      (isFrozen ? this.frozen : this.body).append(node);
      this._rows.set(row, node);
    }
    node.style.top = `${this.topOf(row)}px`;
    node.style.height = `${height}px`;
    node.hidden = height === 0;
    if (isFrozen !== (node.parentNode === this.frozen)) (isFrozen ? this.frozen : this.body).append(node);
    const head = made("div", "row-head");
    head.setAttribute("role", "rowheader");
    head.textContent = String(row + 1);
    head.dataset.row = String(row);
    node.replaceChildren(head, ...cells.map((each, i) => this._cell(row, each, height, cells.slice(i + 1))));
  }

  _cell(row, [column, cell, merge], rowHeight, following) {
    const node = emptyCell(row, column);
    const [columns, last] = merge ? [merge[3] - merge[2], merge[1]] : [1, row + 1];
    const height = merge ? this.rows.bottom(last - 1) - this.rows.top(row) : rowHeight;
    this._place(node, column, columns);
    if (merge) {
      node.classList.add("merged");
      node.style.height = `${height}px`;
      if (columns > 1) node.setAttribute("aria-colspan", String(columns));
      if (last > row + 1) node.setAttribute("aria-rowspan", String(last - row));
    }
    if (cell === undefined) node.classList.add("unknown");
    if (cell !== null && cell !== undefined) {
      fillCell(node, cell, { height, roomFor: (needed) => this._room(column, columns, needed, following) });
    }
    drawBorders(node, lookOf(cell), this._look(last, column), this._look(row, column + columns));
    const { filter } = this.book;
    if (filter && row === filter.range[0] && column >= filter.range[2] && column < filter.range[3]) {
      filterButton(node, filter, column, this.book.canEdit);
    }
    return node;
  }

  /** Width that a long text may take over empty cells to its right, 0 where it needs none or has none. */
  _room(column, columns, needed, following) {
    const first = column + columns;
    if (needed <= this._edges[first] - this._edges[column]) return 0;
    let right = first;
    for (const [c, next, merge] of following) {
      if (c !== right || merge || textOf(next) !== "" || this._edges[right] - this._edges[column] >= needed) break;
      right++;
    }
    return right > first ? this._edges[right] - this._edges[column] - 1 : 0;
  }

  /** The drawn node of a cell, if it is drawn. */
  node(row, column) {
    const merge = this.book.mergeAt(row, column);
    return document.getElementById(merge ? `cell-${merge[0]}-${merge[2]}` : `cell-${row}-${column}`);
  }

  /** Rectangle of an area within the frozen part or the body; null where it has no cell there. */
  rectangle(area, inFrozen) {
    const { tab } = this.book;
    const edges = this._edges || this.edges();
    const first = inFrozen ? area.row : Math.max(area.row, tab.frozenRows);
    const last = inFrozen ? Math.min(area.row + area.rows, tab.frozenRows) : area.row + area.rows;
    if (last <= first) return null;
    const offset = inFrozen ? 0 : this.rows.frozen;
    // Of rows that a view sorts only one, or all of them, can be selected.
    const isWhole = this.book.isSorted && last - first > 1;
    const [top, bottom] = isWhole
      ? [this.rows.topAt(first), this.rows.topAt(last)]
      : [this.rows.top(first), this.rows.bottom(last - 1)];
    const right = Math.min(area.column + area.columns, tab.columns);
    return {
      left: HEAD_WIDTH + edges[area.column],
      top: top - offset,
      width: edges[right] - edges[area.column],
      height: bottom - top,
      opensUp: first > area.row,
      opensDown: last < area.row + area.rows,
    };
  }

  /** Row and column at a point of the window; -1 is the heads. */
  at(x, y) {
    const box = this.root.getBoundingClientRect();
    const { tab } = this.book;
    const edges = this._edges || this.edges();
    const across = x - box.left;
    const inside = across - HEAD_WIDTH + (across > HEAD_WIDTH + edges[tab.frozenColumns] ? this.root.scrollLeft : 0);
    let column = -1;
    if (across >= HEAD_WIDTH) {
      column = edges.findIndex((edge) => edge > inside) - 1;
      if (column < 0) column = tab.columns - 1;
    }
    const down = y - box.top - HEAD_HEIGHT;
    if (down < 0) return { row: -1, column };
    const scrolled = this.rows.frozen + down - this.frozenHeight + this.root.scrollTop;
    const row = this.rows.at(down < this.frozenHeight ? Math.min(down, this.frozenHeight - FROZEN_RULE - 1) : scrolled);
    return { row: Math.min(row, tab.rows - 1), column };
  }

  /** Scroll as little as it takes to show a cell. */
  reveal(row, column) {
    const { tab } = this.book;
    const edges = this._edges || this.edges();
    if (row >= tab.frozenRows) {
      const top = this.topOf(row);
      const own = this.rows.height(row);
      const height = this.root.clientHeight - HEAD_HEIGHT - this.frozenHeight;
      if (top < this.root.scrollTop) this.root.scrollTop = top;
      else if (top + own > this.root.scrollTop + height) this.root.scrollTop = top + own - height;
    }
    if (column >= tab.frozenColumns) {
      const left = edges[column] - edges[tab.frozenColumns];
      const right = HEAD_WIDTH + edges[column + 1];
      if (left < this.root.scrollLeft) this.root.scrollLeft = left;
      else if (right > this.root.scrollLeft + this.root.clientWidth) {
        this.root.scrollLeft = Math.min(left, right - this.root.clientWidth);
      }
    }
    this._revealed = { tab: tab.id, row, column, top: this.root.scrollTop, left: this.root.scrollLeft };
  }
}
