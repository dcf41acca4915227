// Typing into cells: in place, and in the formula bar.

import { inputOf } from "./book.js";
import { HEAD_WIDTH } from "./grid.js";

export class Editor {
  /**
   * @param {object} parts grid, book, selection, bar (the formula bar)
   * @param {(row: number, column: number, text: string) => void} commit
   */
  constructor({ grid, book, selection, bar }, commit) {
    Object.assign(this, { grid, book, selection, bar, commit });
    this.field = document.createElement("textarea");
    this.field.className = "editor";
    this.field.rows = 1;
    this.field.spellcheck = false;
    this.field.setAttribute("aria-label", "Cell content");
    this.place = null; // {sheet, row, column, before}
    this._inField();
    this._inBar();
    selection.subscribe(() => this.showInBar());
    book.subscribe(() => this.showInBar());
  }

  get isOpen() {
    return this.place !== null;
  }

  /** Show the active cell's content in the formula bar. */
  showInBar() {
    if (this.isOpen || document.activeElement === this.bar) return;
    const cell = this.book.cell(this.selection.row, this.selection.column);
    this.bar.value = inputOf(cell ?? null);
    this.bar.readOnly = !this.book.canEdit;
  }

  /** Begin to edit the active cell. With a text, that replaces the content, and arrow keys commit. */
  open(text) {
    if (!this.book.canEdit) return false;
    const { row, column } = this.selection;
    const before = inputOf(this.book.cell(row, column) ?? null);
    this.place = { sheet: this.book.current, row, column, before };
    this.replaces = text !== undefined;
    this.field.value = text ?? before;
    const isFrozen = row < this.book.tab.frozenRows;
    const box = this.grid.rectangle(this.selection.cellArea(row, column), isFrozen);
    this._height = box.height;
    this.field.style.left = `${box.left - 1}px`;
    this.field.style.top = `${box.top - 1}px`;
    this.field.style.minWidth = `${box.width + 1}px`;
    this._room = Math.max(box.width, this.grid.root.scrollLeft + this.grid.root.clientWidth - box.left - HEAD_WIDTH);
    (isFrozen ? this.grid.frozen : this.grid.body).append(this.field);
    this._fit();
    this.field.focus({ preventScroll: true });
    this.field.setSelectionRange(this.field.value.length, this.field.value.length);
    this.bar.value = this.field.value;
    return true;
  }

  /** End editing; the text is committed, or forgotten. */
  close(isCommitted) {
    if (!this.isOpen) return;
    const { sheet, row, column, before } = this.place;
    const text = document.activeElement === this.bar ? this.bar.value : this.field.value;
    this.place = null;
    this.field.remove();
    if (isCommitted && text !== before && sheet === this.book.current) this.commit(row, column, text);
    this.showInBar();
  }

  _fit() {
    this.field.style.width = "0";
    this.field.style.height = "0";
    this.field.style.width = `${Math.min(this.field.scrollWidth + 6, this._room)}px`;
    this.field.style.height = `${Math.max(this._height + 1, this.field.scrollHeight + 2)}px`;
  }

  _finish(isCommitted) {
    this.close(isCommitted);
    this.grid.root.focus({ preventScroll: true });
  }

  _inField() {
    this.field.addEventListener("input", () => {
      this.bar.value = this.field.value;
      this._fit();
    });
    this.field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.isComposing) return;
      if (this._endsWith(event)) return;
      const isArrow = event.key.startsWith("Arrow") && !event.altKey;
      if (this.replaces && isArrow) {
        event.preventDefault();
        this._finish(true);
        this.selection.key(event);
      } else if (event.key === "F2") {
        this.replaces = !this.replaces;
        event.preventDefault();
      }
    });
    this.field.addEventListener("mousedown", (event) => {
      this.replaces = false;
      event.stopPropagation();
    });
    this.field.addEventListener("blur", () => {
      if (this.isOpen && document.activeElement !== this.bar) setTimeout(() => this._leftAlone());
    });
  }

  _leftAlone() {
    const active = document.activeElement;
    if (this.isOpen && active !== this.field && active !== this.bar) this.close(true);
  }

  _endsWith(event) {
    if (event.key === "Enter" && event.altKey) {
      event.preventDefault();
      const at = this.field.selectionStart;
      this.field.setRangeText("\n", at, this.field.selectionEnd, "end");
      this._fit();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this._finish(true);
      this.selection.enter(event.shiftKey);
    } else if (event.key === "Tab") {
      event.preventDefault();
      this._finish(true);
      this.selection.tab(event.shiftKey);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this._finish(false);
    } else {
      return false;
    }
    return true;
  }

  _inBar() {
    this.bar.addEventListener("focus", () => {
      if (this.isOpen || !this.book.canEdit) return;
      const { row, column } = this.selection;
      this.place = { sheet: this.book.current, row, column, before: inputOf(this.book.cell(row, column) ?? null) };
    });
    this.bar.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Tab" && !this.isOpen) return;
      if (event.key === "Enter" && event.altKey) return;
      this._endsWith(event);
    });
    this.bar.addEventListener("blur", () => {
      if (this.isOpen) setTimeout(() => this._barLeft());
    });
  }

  _barLeft() {
    const active = document.activeElement;
    if (!this.isOpen || active === this.bar || active === this.field) return;
    const { sheet, row, column, before } = this.place;
    const text = this.bar.value;
    this.place = null;
    this.field.remove();
    if (text !== before && sheet === this.book.current) this.commit(row, column, text);
    this.showInBar();
  }
}
