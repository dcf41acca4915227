// The spreadsheet as this page knows it: its tabs, and windows of their cells.

import { get } from "./api.js";

export const BLOCK = 100;
const KEPT_BLOCKS = 60;

/** Letters of a column, from 0: 0 → A, 26 → AA. */
export function letters(column) {
  let found = "";
  for (let n = column + 1; n > 0; n = Math.floor((n - 1) / 26)) {
    found = String.fromCharCode(65 + ((n - 1) % 26)) + found;
  }
  return found;
}

/** Position of a column by its letters. */
export function columnOf(text) {
  return [...text.toUpperCase()].reduce((number, c) => 26 * number + c.charCodeAt(0) - 64, 0) - 1;
}

/** A1 notation of an area. */
export function nameOf({ row, column, rows, columns }) {
  const start = `${letters(column)}${row + 1}`;
  if (rows === 1 && columns === 1) return start;
  return `${start}:${letters(column + columns - 1)}${row + rows}`;
}

/** Text of a cell as it is displayed. */
export function textOf(cell) {
  if (cell === null || cell === undefined) return "";
  return typeof cell === "object" ? cell.t : String(cell);
}

/** Number of a cell, NaN where it holds something else. */
export function numberOf(cell) {
  if (typeof cell === "number") return cell;
  if (cell === null || typeof cell !== "object" || cell.k !== "n") return NaN;
  return cell.v ?? Number(inputOf(cell));
}

/** Text of a cell as it is edited. */
export function inputOf(cell) {
  if (cell !== null && typeof cell === "object" && cell.i !== undefined) return cell.i;
  return textOf(cell);
}

export class Book {
  constructor(opened) {
    this.me = opened.me;
    this.role = opened.role;
    this.title = opened.title;
    this.people = opened.people;
    this.tabs = opened.tabs;
    this.revision = opened.revision;
    this.locale = opened.locale;
    this.timeZone = opened.timeZone;
    this.current = (this.tabs.find((tab) => !tab.hidden) || this.tabs[0]).id;
    this.showsHidden = new Set();
    this._blocks = new Map(); // "sheet/block" → {revision, rows}
    this._asked = new Map(); // "sheet/block" → revision asked for
    this._listeners = [];
    this.version = 0; // rises with everything that is told
    this.openViews = new Map(); // filter view by tab, of this page alone
    this._filter = { sheet: null, shown: null };
  }

  /** What the filter shown on the current tab does, null where there is none or it is not known yet. */
  get filter() {
    return this._filter.sheet === this.current ? this._filter.shown : null;
  }

  /** Whether rows are shown in another order than they stand in. */
  get isSorted() {
    return Boolean(this.filter && this.filter.order.length);
  }

  setFilter(sheet, shown) {
    const isOther = sheet !== this._filter.sheet || JSON.stringify(shown) !== JSON.stringify(this._filter.shown);
    this._filter = { sheet, shown };
    if (isOther) this._tell("filter");
  }

  /** Have all parts look again. */
  touch() {
    this._tell("filter");
  }

  /** Whether the filter hides a row. */
  hides(row) {
    const stretches = this.filter ? this.filter.hidden : [];
    let low = 0;
    let high = stretches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (stretches[middle][1] <= row) low = middle + 1;
      else high = middle;
    }
    return low < stretches.length && stretches[low][0] <= row;
  }

  /** Whether the filter hides any of some rows. */
  hidesAny(row, rows) {
    return Boolean(this.filter) && this.filter.hidden.some(([first, last]) => first < row + rows && row < last);
  }

  /** Have `listener` called when cells or tabs have changed. */
  subscribe(listener) {
    this._listeners.push(listener);
  }

  _tell(what) {
    this.version++;
    for (const listener of this._listeners) listener(what);
  }

  get canEdit() {
    return this.role !== "viewer";
  }

  get tab() {
    return this.tabs.find((tab) => tab.id === this.current) || this.tabs[0];
  }

  tabCalled(title) {
    return this.tabs.find((tab) => tab.title === title);
  }

  isShown(tab) {
    return !tab.hidden || this.showsHidden.has(tab.id);
  }

  /** Take over what the server says of the tabs. */
  update({ tabs, revision, locale, timeZone }) {
    if (revision === undefined || revision < this.revision) return;
    this.revision = revision;
    this.tabs = tabs;
    this.locale = locale ?? this.locale;
    this.timeZone = timeZone ?? this.timeZone;
    if (!tabs.some((tab) => tab.id === this.current && this.isShown(tab))) {
      this.current = (tabs.find((tab) => !tab.hidden) || tabs[0]).id;
    }
    this._tell("tabs");
  }

  /** A cell, undefined while it is not known yet. */
  cell(row, column, sheet = this.current) {
    const block = this._blocks.get(`${sheet}/${Math.floor(row / BLOCK)}`);
    if (!block) return undefined;
    const cells = block.rows[row % BLOCK];
    return (cells && cells[column]) ?? null;
  }

  /** The loaded blocks of the current tab, each with its first row. */
  *loaded() {
    for (const [key, block] of this._blocks) {
      const [sheet, number] = key.split("/").map(Number);
      if (sheet === this.current) yield [block, number * BLOCK];
    }
  }

  /** The merge that a cell is part of: first row, last row, first column, last column, half open. */
  mergeAt(row, column) {
    return this.tab.merges.find(([top, bottom, left, right]) => row >= top && row < bottom && column >= left && column < right);
  }

  /** A number as the spreadsheet's locale writes it. */
  figure(number, digits = 0) {
    return number.toLocaleString(this.locale.replace("_", "-"), { maximumFractionDigits: digits });
  }

  /** Show a text in a cell at once, until the server tells what became of it. */
  anticipate(row, column, text) {
    const block = this._blocks.get(`${this.current}/${Math.floor(row / BLOCK)}`);
    if (!block) return;
    block.measuredFor = "";
    while (block.rows.length <= row % BLOCK) block.rows.push([]);
    const cells = block.rows[row % BLOCK];
    const former = cells[column];
    cells[column] = former && typeof former === "object" ? { ...former, t: text, i: text } : text || null;
    this._tell("cells");
  }

  /** Ask for what is missing or out of date among some rows of the current tab. */
  need(first, last) {
    const sheet = this.current;
    for (let block = Math.floor(first / BLOCK); block <= Math.floor(Math.max(first, last - 1) / BLOCK); block++) {
      const key = `${sheet}/${block}`;
      const held = this._blocks.get(key);
      const asked = this._asked.get(key) ?? -1;
      if ((!held || held.revision < this.revision) && asked < this.revision) this._ask(sheet, block, key);
    }
  }

  async _ask(sheet, block, key) {
    const wanted = this.revision;
    this._asked.set(key, wanted);
    try {
      const answer = await get("window", { sheet, first: block * BLOCK, last: (block + 1) * BLOCK });
      const held = this._blocks.get(key);
      if (!held || held.revision <= answer.revision) {
        this._blocks.delete(key);
        this._blocks.set(key, { revision: answer.revision, rows: answer.rows });
      }
      while (this._blocks.size > KEPT_BLOCKS) this._blocks.delete(this._blocks.keys().next().value);
    } catch {
      // The feed says so when the server is gone; it is asked again when it is back.
      return;
    } finally {
      if (this._asked.get(key) === wanted) this._asked.delete(key);
    }
    this._tell("cells");
  }

  /** Ask for all cells anew: an act was refused, or the server is back. */
  distrust() {
    for (const block of this._blocks.values()) block.revision = -1;
    this._tell("cells");
  }
}
