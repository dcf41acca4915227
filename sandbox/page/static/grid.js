// Draws the visible window of a tab: only rows and columns that can be seen are in the page.

import { letters, nameOf, textOf } from "./book.js";

export const ROW_HEIGHT = 21;
export const HEAD_WIDTH = 46;
export const HEAD_HEIGHT = 24;
const DEFAULT_WIDTH = 100;
const SPARE_ROWS = 8;
const FROZEN_RULE = 3; // the thick line below frozen rows

const ruler = document.createElement("canvas").getContext("2d");

function widthOfText(text, isBold) {
  ruler.font = `${isBold ? "bold " : ""}13px Arial, sans-serif`;
  return ruler.measureText(text).width + 8;
}

function made(tag, className, parent) {
  const node = document.createElement(tag);
  node.className = className;
  if (parent) parent.append(node);
  return node;
}

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
    this._rows = new Map();
    this._layout = "";
    this._asked = false;
    this.afterDraw = () => {};
    root.addEventListener("scroll", () => this.soon(), { passive: true });
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

  /** Left edges of all columns, and the right edge of the last. */
  edges() {
    const { columns, widths } = this.book.tab;
    const found = [0];
    for (let c = 0; c < columns; c++) found.push(found[c] + (widths[c] ?? DEFAULT_WIDTH));
    return found;
  }

  get frozenHeight() {
    const { frozenRows } = this.book.tab;
    return frozenRows ? frozenRows * ROW_HEIGHT + FROZEN_RULE : 0;
  }

  /** How many rows fit. */
  get page() {
    return Math.max(1, Math.floor((this.root.clientHeight - HEAD_HEIGHT - this.frozenHeight) / ROW_HEIGHT) - 1);
  }

  visible() {
    const { rows, columns, frozenRows } = this.book.tab;
    const top = this.root.scrollTop;
    const height = this.root.clientHeight - HEAD_HEIGHT - this.frozenHeight;
    const first = Math.min(rows, frozenRows + Math.max(0, Math.floor(top / ROW_HEIGHT) - SPARE_ROWS));
    const last = Math.min(rows, frozenRows + Math.ceil((top + height) / ROW_HEIGHT) + SPARE_ROWS);
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
    const width = HEAD_WIDTH + this._edges[tab.columns];
    this.canvas.style.width = `${width + 40}px`;
    this.canvas.style.setProperty("--sheet-width", `${width}px`);
    this.body.style.height = `${(tab.rows - tab.frozenRows) * ROW_HEIGHT + 60}px`;
    this.frozen.style.height = `${this.frozenHeight}px`;
    this.root.setAttribute("aria-label", tab.title);
    this.root.setAttribute("aria-rowcount", String(tab.rows));
    this.root.setAttribute("aria-colcount", String(tab.columns));
    this.root.setAttribute("aria-readonly", String(!this.book.canEdit));
    const seen = this.visible();
    this.book.need(0, Math.max(1, tab.frozenRows));
    this.book.need(seen.first, seen.last);
    const layout = `${tab.id}/${this._edges.join()}/${seen.start}/${seen.end}/${tab.frozenColumns}`;
    if (layout !== this._layout) this._drawHeads(seen);
    this._layout = layout;
    const wanted = new Set();
    for (let row = 0; row < tab.frozenRows; row++) wanted.add(row);
    for (let row = seen.first; row < seen.last; row++) wanted.add(row);
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
      if ((c < start || c >= end) && c >= tab.frozenColumns) continue;
      const head = made("div", "column-head");
      head.textContent = letters(c);
      head.dataset.column = String(c);
      this._place(head, c);
      made("div", "resizer", head).dataset.resize = String(c);
      nodes.push(head);
    }
    this.heads.replaceChildren(...nodes);
  }

  _place(node, column) {
    const { tab } = this.book;
    node.style.width = `${this._edges[column + 1] - this._edges[column]}px`;
    if (column < tab.frozenColumns) {
      node.classList.add("stuck");
    }
    node.style.left = `${HEAD_WIDTH + this._edges[column]}px`;
  }

  _drawRow(row, { start, end }, layout) {
    const { tab } = this.book;
    const cells = [];
    for (let c = 0; c < tab.columns; c++) {
      if ((c < start || c >= end) && c >= tab.frozenColumns) continue;
      cells.push([c, this.book.cell(row, c)]);
    }
    const key = layout + JSON.stringify(cells, (_, value) => (value === undefined ? "?" : value));
    const held = this._rows.get(row);
    if (held && held.drawnKey === key) return;
    const node = held || made("div", "row");
    node.drawnKey = key;
    if (!held) {
      node.setAttribute("role", "row");
      node.setAttribute("aria-rowindex", String(row + 1));
      node.dataset.row = String(row);
      (row < tab.frozenRows ? this.frozen : this.body).append(node);
      this._rows.set(row, node);
    }
    const isFrozen = row < tab.frozenRows;
    node.style.top = `${(isFrozen ? row : row - tab.frozenRows) * ROW_HEIGHT}px`;
    if (isFrozen !== (node.parentNode === this.frozen)) (isFrozen ? this.frozen : this.body).append(node);
    const head = made("div", "row-head");
    head.setAttribute("role", "rowheader");
    head.textContent = String(row + 1);
    head.dataset.row = String(row);
    node.replaceChildren(head, ...cells.map(([c, cell], i) => this._cell(row, c, cell, cells.slice(i + 1))));
  }

  _cell(row, column, cell, following) {
    const node = made("div", "cell");
    node.id = `cell-${row}-${column}`;
    node.setAttribute("role", "gridcell");
    node.setAttribute("aria-colindex", String(column + 1));
    node.dataset.cell = nameOf({ row, column, rows: 1, columns: 1 });
    node.dataset.row = String(row);
    node.dataset.column = String(column);
    this._place(node, column);
    if (cell === undefined) node.classList.add("unknown");
    if (cell === null || cell === undefined) return node;
    const look = (typeof cell === "object" && cell.f) || {};
    const kind = typeof cell === "number" ? "n" : typeof cell === "object" ? cell.k || "" : "";
    if (kind) node.classList.add(`kind-${kind}`);
    this._dress(node, cell, look);
    const text = textOf(cell);
    const isText = !kind && (!look.h || look.h === "left");
    const spill = isText && !look.w && text ? this._spill(column, text, look, following) : 0;
    if (spill) {
      const over = made("span", "spill", node);
      over.textContent = text;
      over.style.maxWidth = `${spill}px`;
    } else {
      node.textContent = text;
    }
    return node;
  }

  _dress(node, cell, look) {
    if (typeof cell !== "object") return;
    if (look.b) node.classList.add("bold");
    if (look.i) node.classList.add("italic");
    if (look.u) node.classList.add("underline");
    if (look.s) node.classList.add("strike");
    if (look.w) node.classList.add(look.w === "wrap" ? "wrap" : "clip");
    if (look.h) node.style.textAlign = look.h;
    if (look.bg) node.style.backgroundColor = look.bg;
    if (look.fg) node.style.color = look.fg;
    const told = [cell.n, cell.w && `Invalid: ${cell.w}`].filter(Boolean).join("\n");
    if (cell.n) node.classList.add("noted");
    if (cell.w) {
      node.classList.add("wrong");
      node.setAttribute("aria-invalid", "true");
    }
    if (told) node.setAttribute("aria-description", told);
  }

  /** Width that a long text may take over empty cells to its right, 0 where it needs none or has none. */
  _spill(column, text, look, following) {
    const own = this._edges[column + 1] - this._edges[column];
    const needed = widthOfText(text, look.b);
    if (needed <= own) return 0;
    let right = column + 1;
    for (const [c, next] of following) {
      if (c !== right || textOf(next) !== "" || this._edges[right] - this._edges[column] >= needed) break;
      right++;
    }
    return right > column + 1 ? this._edges[right] - this._edges[column] - 1 : 0;
  }

  /** The drawn node of a cell, if it is drawn. */
  node(row, column) {
    return document.getElementById(`cell-${row}-${column}`);
  }

  /** Rectangle of an area within the frozen part or the body; null where it has no cell there. */
  rectangle(area, inFrozen) {
    const { tab } = this.book;
    const edges = this._edges || this.edges();
    const first = inFrozen ? area.row : Math.max(area.row, tab.frozenRows);
    const last = inFrozen ? Math.min(area.row + area.rows, tab.frozenRows) : area.row + area.rows;
    if (last <= first) return null;
    const offset = inFrozen ? 0 : tab.frozenRows;
    const right = Math.min(area.column + area.columns, tab.columns);
    return {
      left: HEAD_WIDTH + edges[area.column],
      top: (first - offset) * ROW_HEIGHT,
      width: edges[right] - edges[area.column],
      height: (last - first) * ROW_HEIGHT,
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
    const row =
      down < this.frozenHeight
        ? Math.floor(down / ROW_HEIGHT)
        : tab.frozenRows + Math.floor((down - this.frozenHeight + this.root.scrollTop) / ROW_HEIGHT);
    return { row: Math.min(row, tab.rows - 1), column };
  }

  /** Scroll as little as it takes to show a cell. */
  reveal(row, column) {
    const { tab } = this.book;
    const edges = this._edges || this.edges();
    if (row >= tab.frozenRows) {
      const top = (row - tab.frozenRows) * ROW_HEIGHT;
      const height = this.root.clientHeight - HEAD_HEIGHT - this.frozenHeight;
      if (top < this.root.scrollTop) this.root.scrollTop = top;
      else if (top + ROW_HEIGHT > this.root.scrollTop + height) this.root.scrollTop = top + ROW_HEIGHT - height;
    }
    if (column >= tab.frozenColumns) {
      const left = edges[column] - edges[tab.frozenColumns];
      const right = HEAD_WIDTH + edges[column + 1];
      if (left < this.root.scrollLeft) this.root.scrollLeft = left;
      else if (right > this.root.scrollLeft + this.root.clientWidth) {
        this.root.scrollLeft = Math.min(left, right - this.root.clientWidth);
      }
    }
  }
}
