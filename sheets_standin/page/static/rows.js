// How high the rows are: as they were set, as high as their text needs, or as all others.

import { textOf } from "./book.js";

export const ROW_HEIGHT = 21;
const USUAL_POINTS = 10;
const LINE = 1.15; // of a line of Arial, in sizes of its letters
const ABOVE_AND_BELOW = 5;
const BESIDE = 7; // padding and the line to the right

const ruler = document.createElement("canvas").getContext("2d");

/** Width of a text in pixels, by its look. */
export function widthOf(text, look = {}) {
  const size = ((look.z || USUAL_POINTS) * 4) / 3;
  ruler.font = `${look.i ? "italic " : ""}${look.b ? "bold " : ""}${size}px ${look.ff ? `"${look.ff}", ` : ""}Arial, sans-serif`;
  return ruler.measureText(text).width;
}

/** Lines that a text takes within a width, as it is broken between words and, where it must, within them. */
export function linesOf(text, width, look) {
  let lines = 0;
  for (const paragraph of text.split("\n")) {
    lines++;
    let used = 0;
    for (const word of paragraph.split(/(?<=[\s-])/)) {
      const needed = widthOf(word.trimEnd(), look);
      const whole = widthOf(word, look);
      if (used > 0 && used + needed > width) {
        lines++;
        used = 0;
      }
      if (needed > width) {
        lines += Math.ceil(needed / width) - 1;
        used = needed % width;
      } else used += whole;
    }
  }
  return lines;
}

/** Height that a cell needs to show all of its text. */
function neededBy(cell, width) {
  const text = textOf(cell);
  if (text === "") return ROW_HEIGHT;
  const look = (typeof cell === "object" && cell.f) || {};
  const isWrapped = look.w === "wrap";
  if (!isWrapped && !look.z && !text.includes("\n")) return ROW_HEIGHT;
  const lines = isWrapped ? linesOf(text, Math.max(1, width - BESIDE), look) : text.split("\n").length;
  const line = (((look.z || USUAL_POINTS) * 4) / 3) * LINE;
  return Math.max(ROW_HEIGHT, Math.ceil(lines * line + ABOVE_AND_BELOW));
}

/** The heights of one tab's rows, and where each begins. */
export class Rows {
  /** @param {import("./book.js").Book} book */
  constructor(book) {
    this.book = book;
    this._known = "";
    this._others = []; // [place, height, pixels above it that are more or less than usual], by place
    this._order = null; // of an open filter view: {first, rows, places}
  }

  /** Place of a row from the top: its number, but where a filter view sorts. */
  placeOf(row) {
    return this._order?.places.get(row) ?? row;
  }

  rowAt(place) {
    const order = this._order;
    return order && place >= order.first && place < order.first + order.rows.length ? order.rows[place - order.first] : place;
  }

  /**
   * Take over what is known now.
   * @param {number[]} edges of the columns
   */
  update(edges) {
    const { tab } = this.book;
    const known = `${tab.id}/${this.book.version}/${edges.join()}`;
    if (known === this._known) return;
    this._known = known;
    const heights = new Map();
    for (const [block, first] of this.book.loaded()) {
      if (block.measuredFor !== edges.join()) this._measure(block, first, edges);
      for (const [row, height] of block.heights) heights.set(row, height);
    }
    const { filter } = this.book;
    const hidden = filter ? filter.hidden.map(([first, last]) => [first, last, 0]) : [];
    for (const [first, last, pixels] of [...tab.heights, ...hidden]) {
      for (let row = first; row < Math.min(last, tab.rows); row++) heights.set(row, pixels);
    }
    this._order = null;
    if (this.book.isSorted) {
      const first = filter.range[0] + 1;
      this._order = { first, rows: filter.order, places: new Map(filter.order.map((row, at) => [row, first + at])) };
    }
    const others = [...heights].filter(([, height]) => height !== ROW_HEIGHT).map(([row, height]) => [this.placeOf(row), height]);
    others.sort((a, b) => a[0] - b[0]);
    let more = 0;
    this._others = others.map(([place, height]) => {
      const other = [place, height, more];
      more += height - ROW_HEIGHT;
      return other;
    });
  }

  _measure(block, first, edges) {
    block.heights = new Map();
    block.measuredFor = edges.join();
    block.rows.forEach((cells, index) => {
      let height = ROW_HEIGHT;
      (cells || []).forEach((cell, column) => {
        if (typeof cell !== "object" && typeof cell !== "string") return;
        const merge = cell === null ? null : this.book.mergeAt(first + index, column);
        // What is merged over several rows makes none of them higher.
        if (cell === null || (merge && merge[1] - merge[0] > 1)) return;
        const [left, right] = merge ? [merge[2], merge[3]] : [column, column + 1];
        height = Math.max(height, neededBy(cell, edges[right] - edges[left]));
      });
      if (height !== ROW_HEIGHT) block.heights.set(first + index, height);
    });
  }

  /** The last of the other rows that comes before a place; undefined where there is none. */
  _before(place) {
    let low = 0;
    let high = this._others.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this._others[middle][0] < place) low = middle + 1;
      else high = middle;
    }
    return this._others[low - 1];
  }

  /** Pixels above a place. */
  topAt(place) {
    const other = this._before(place);
    return place * ROW_HEIGHT + (other ? other[2] + other[1] - ROW_HEIGHT : 0);
  }

  /** Pixels above a row, and down to its end. */
  top(row) {
    return this.topAt(this.placeOf(row));
  }

  bottom(row) {
    return this.topAt(this.placeOf(row) + 1);
  }

  height(row) {
    return this.bottom(row) - this.top(row);
  }

  /** Pixels of the rows that are frozen. */
  get frozen() {
    return this.topAt(this.book.tab.frozenRows);
  }

  /** The row that so many pixels lie above. */
  at(pixels) {
    return this.rowAt(this.placeAt(pixels));
  }

  /** The next row that is shown, down or up; the same one where there is none. */
  beside(row, step) {
    const place = this.placeOf(row);
    const top = this.topAt(place);
    if (step < 0 && top <= 0) return row;
    const found = this.placeAt(step > 0 ? this.topAt(place + 1) : top - 1);
    const isShown = this.topAt(found + 1) > this.topAt(found);
    return isShown && (step > 0 ? found > place : found < place) ? this.rowAt(found) : row;
  }

  /** The rows that are shown among some places. */
  *between(first, last) {
    for (let place = first; place < last; ) {
      const bottom = this.topAt(place + 1);
      if (bottom > this.topAt(place)) yield this.rowAt(place);
      place = Math.max(place + 1, this.placeAt(bottom));
    }
  }

  placeAt(pixels) {
    let low = 0;
    let high = this.book.tab.rows;
    while (low < high - 1) {
      const middle = (low + high) >> 1;
      if (this.topAt(middle) <= pixels) low = middle;
      else high = middle;
    }
    return low;
  }
}
