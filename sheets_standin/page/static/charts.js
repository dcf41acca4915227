// Charts over the cells: drawn with a library that is loaded when the first one is shown; selected, moved, deleted.

import { get } from "./api.js";
import { optionsOf } from "./chart_options.js";

const LIBRARY = "/vendor/echarts.common.min.js";
const LEAST_PIXELS = 60;
const STEP_PIXELS = 10;
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const CORNERS = ["nw", "ne", "sw", "se"];

let library = null;

/** The library, loaded once. */
function drawing() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = LIBRARY;
    script.addEventListener("load", () => resolve(window.echarts));
    script.addEventListener("error", () => {
      library = null;
      reject(new Error("The library that draws charts could not be loaded."));
    });
    document.head.append(script);
  });
  return library;
}

export class Charts {
  /** @param {object} parts grid, book, act, refocus */
  constructor({ grid, book, act, refocus }) {
    Object.assign(this, { grid, book, act, refocus });
    this._nodes = new Map(); // chart id → {node, picture, drawn, told}
    this._shown = ""; // "tab/revision" of what is drawn
    this._asked = ""; // the same, of what the server was last asked for
    this._revision = 0; // of what is drawn; answers may overtake each other
    this.layers = [grid.frozen, grid.body].map((parent) => {
      const layer = document.createElement("div");
      layer.className = "charts";
      parent.append(layer);
      return layer;
    });
    book.subscribe(() => this.renew());
    const drawn = grid.afterDraw;
    grid.afterDraw = () => {
      drawn();
      this._place();
    };
    this.renew();
  }

  /** Ask for the charts of the tab that is shown, if they may have changed. */
  async renew() {
    const { tab, revision } = this.book;
    const wanted = `${tab.id}/${revision}`;
    if (this._tab !== tab.id) this._clear(tab.id);
    this._place();
    if (wanted === this._shown || wanted === this._asked) return;
    if (!tab.charts) {
      this._clear(tab.id);
      this._shown = wanted;
      return;
    }
    this._asked = wanted;
    try {
      const [echarts, answer] = await Promise.all([drawing(), get("charts", { sheet: tab.id })]);
      if (this.book.current !== tab.id || answer.revision < this._revision) return;
      this._revision = answer.revision;
      this._draw(echarts, answer.charts);
      this._shown = `${tab.id}/${answer.revision}`;
    } catch {
      // The feed says so when the server is gone; the next change asks again.
    } finally {
      if (this._asked === wanted) this._asked = "";
    }
  }

  _clear(tab) {
    for (const { node, picture } of this._nodes.values()) {
      picture.dispose();
      node.remove();
    }
    this._nodes.clear();
    this._tab = tab;
  }

  _draw(echarts, charts) {
    const wanted = new Set(charts.map((chart) => chart.id));
    for (const [id, { node, picture }] of this._nodes) {
      if (wanted.has(id)) continue;
      const hadFocus = node === document.activeElement;
      picture.dispose();
      node.remove();
      this._nodes.delete(id);
      if (hadFocus) this.refocus();
    }
    for (const chart of charts) {
      const told = JSON.stringify(chart);
      const held = this._nodes.get(chart.id) || this._made(echarts, chart);
      const before = held.chart;
      held.chart = chart;
      if (told !== held.told) {
        held.told = told;
        this._dress(held, chart);
        if (before && (before.width !== chart.width || before.height !== chart.height)) held.picture.resize({ width: chart.width, height: chart.height });
        held.picture.setOption(optionsOf(chart), { notMerge: true });
        held.node.dataset.revision = String(Number(held.node.dataset.revision || 0) + 1);
      }
    }
    this._place();
  }

  _made(echarts, chart) {
    const node = document.createElement("div");
    node.className = "chart";
    node.tabIndex = 0;
    node.dataset.chart = String(chart.id);
    node.setAttribute("role", "img");
    const surface = document.createElement("div");
    surface.className = "chart-surface";
    node.append(surface);
    for (const corner of this.book.canEdit ? CORNERS : []) {
      const handle = document.createElement("div");
      handle.className = `chart-handle ${corner}`;
      handle.dataset.corner = corner;
      node.append(handle);
    }
    this.layers[1].append(node);
    const picture = echarts.init(surface, null, { renderer: "svg", width: chart.width, height: chart.height });
    const held = { node, picture, told: "", chart: null };
    this._nodes.set(chart.id, held);
    this._listen(held);
    return held;
  }

  _dress({ node }, chart) {
    node.setAttribute("aria-label", chart.alt);
    node.style.backgroundColor = chart.background || "#fff";
    node.style.borderColor = chart.border || "";
  }

  /** Put each chart where its cell is now. */
  _place() {
    const { tab } = this.book;
    for (const { node, chart } of this._nodes.values()) {
      if (!chart || node.classList.contains("moving")) continue;
      const isFrozen = chart.row < tab.frozenRows;
      const layer = this.layers[isFrozen ? 0 : 1];
      if (node.parentNode !== layer) layer.append(node);
      const cell = this.grid.rectangle({ row: chart.row, column: chart.column, rows: 1, columns: 1 }, isFrozen);
      if (!cell) continue;
      put(node, { left: cell.left + chart.x, top: cell.top + chart.y, width: chart.width, height: chart.height });
    }
  }

  _listen(held) {
    const { node } = held;
    for (const kind of ["mousedown", "dblclick", "contextmenu"]) node.addEventListener(kind, (event) => event.stopPropagation());
    node.addEventListener("pointerdown", (event) => this._grab(held, event));
    node.addEventListener("keydown", (event) => this._key(held, event));
  }

  _key({ node, chart }, event) {
    const control = event.ctrlKey || event.metaKey;
    const letter = event.key.toLowerCase();
    const arrow = !control && !event.altKey && ARROWS[event.key];
    const edit = (run) => this.book.canEdit && run();
    if (event.key === "Escape") this.refocus();
    else if (event.key === "Delete" || event.key === "Backspace") {
      edit(() => this.act("deleteChart", { sheet: this.book.current, chart: chart.id }));
    } else if (arrow) edit(() => this._moved(chart, boxOf(node), arrow[0] * STEP_PIXELS, arrow[1] * STEP_PIXELS));
    else if (control && letter === "z") edit(() => this.act(event.shiftKey ? "redo" : "undo", {}));
    else if (control && letter === "y") edit(() => this.act("redo", {}));
    else return;
    event.preventDefault();
  }

  /** Drag a chart, or one of its corners. */
  _grab({ node, picture, chart }, event) {
    if (event.button !== 0) return;
    node.focus({ preventScroll: true });
    event.preventDefault();
    if (!this.book.canEdit) return;
    const corner = event.target.closest(".chart-handle")?.dataset.corner || "";
    const start = boxOf(node);
    let box = start;
    node.setPointerCapture(event.pointerId);
    const move = (at) => {
      const right = at.clientX - event.clientX;
      const down = at.clientY - event.clientY;
      if (Math.abs(right) + Math.abs(down) > 3) node.classList.add("moving");
      if (!node.classList.contains("moving")) return;
      box = corner ? resized(start, corner, right, down) : { ...start, left: start.left + right, top: start.top + down };
      put(node, box);
      if (corner) picture.resize({ width: box.width, height: box.height });
    };
    const end = () => {
      node.removeEventListener("pointermove", move);
      node.removeEventListener("pointerup", end);
      node.removeEventListener("pointercancel", end);
      if (!node.classList.contains("moving")) return;
      this._moved(chart, box, 0, 0).finally(() => {
        node.classList.remove("moving");
        this._place();
      });
    };
    node.addEventListener("pointermove", move);
    node.addEventListener("pointerup", end);
    node.addEventListener("pointercancel", end);
  }

  /** Tell the server where a chart lies now: over which cell, and how far from there. */
  async _moved(chart, box, right, down) {
    const { tab } = this.book;
    const isFrozen = chart.row < tab.frozenRows;
    const edges = this.grid.edges();
    const origin = this.grid.rectangle({ row: isFrozen ? 0 : tab.frozenRows, column: 0, rows: 1, columns: 1 }, isFrozen);
    const x = Math.round(Math.max(0, box.left + right - origin.left));
    const y = Math.round(Math.max(0, box.top + down));
    let column = 0;
    while (column < tab.columns - 1 && edges[column + 1] <= x) column++;
    const { rows } = this.grid;
    const above = isFrozen ? 0 : rows.frozen;
    const row = Math.min((isFrozen ? tab.frozenRows : tab.rows) - 1, rows.at(above + y));
    const place = {
      row,
      column,
      x: Math.round(x - edges[column]),
      y: Math.round(y - (rows.top(row) - above)),
      width: Math.round(box.width),
      height: Math.round(box.height),
    };
    const answer = await this.act("moveChart", { sheet: tab.id, chart: chart.id, ...place });
    if (answer) Object.assign(this._nodes.get(chart.id)?.chart || {}, place);
  }
}

function boxOf(node) {
  return { left: node.offsetLeft, top: node.offsetTop, width: node.offsetWidth, height: node.offsetHeight };
}

function resized(box, corner, right, down) {
  const width = Math.max(LEAST_PIXELS, box.width + (corner.endsWith("e") ? right : -right));
  const height = Math.max(LEAST_PIXELS, box.height + (corner.startsWith("s") ? down : -down));
  return {
    width,
    height,
    left: corner.endsWith("e") ? box.left : box.left + box.width - width,
    top: corner.startsWith("s") ? box.top : box.top + box.height - height,
  };
}

function put(node, box) {
  for (const side of ["left", "top", "width", "height"]) node.style[side] = `${box[side]}px`;
}
