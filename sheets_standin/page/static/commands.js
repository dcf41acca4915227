// Menus, the toolbar, keys and the context menu: all lead to the same commands.

import { letters, textOf } from "./book.js";
import { modal } from "./dialogs.js";
import { closeMenu, MenuBar, openMenu } from "./menus.js";
import { openSettings } from "./settings.js";

const SHORTCUTS = [
  ["Move", "Arrows, Tab, Enter, Home, End, Page Up, Page Down"],
  ["Move to the end of a block", "Ctrl + arrows"],
  ["Select more", "Shift + any of these; Ctrl+A for all"],
  ["Edit a cell", "Type, or F2; Esc gives up"],
  ["Line break within a cell being edited", "Alt+Enter"],
  ["Follow a cell's link", "Alt+Enter"],
  ["Copy, cut, paste", "Ctrl+C, Ctrl+X, Ctrl+V"],
  ["Fill down, fill right", "Ctrl+D, Ctrl+R"],
  ["Undo, redo one's own edits", "Ctrl+Z, Ctrl+Y"],
  ["Clear cells", "Delete"],
  ["Filter the column of the active cell", "Ctrl+Alt+R"],
  ["Next tab, previous tab", "Alt+↓, Alt+↑"],
  ["Menus; the add-on's menu", "F10; Alt+Shift+A"],
  ["Next part of the page", "F6"],
  ["Into the sidebar", "Ctrl+Alt+."],
  ["Go to a row", "Ctrl+G"],
  ["Context menu", "Shift+F10"],
];

export class Commands {
  constructor(parts) {
    Object.assign(this, parts);
    this.addOn = [];
    this.bar = new MenuBar(document.getElementById("menubar"));
    this.all = this._commands();
    this._draw();
    this.book.subscribe(() => this._draw());
    for (const button of document.querySelectorAll(".toolbar [data-command]")) {
      button.addEventListener("click", () => {
        this.all[button.dataset.command].run();
        if (button.dataset.command !== "ownData") this.refocus();
      });
      if (!this.book.canEdit) button.disabled = true;
    }
    const { root } = this.grid;
    root.addEventListener("keydown", (event) => this._key(event));
    root.addEventListener("dblclick", (event) => {
      if (!event.target.closest(".editor, .filter-button") && this.grid.at(event.clientX, event.clientY).row >= 0) this.editor.open();
    });
    root.addEventListener("contextmenu", (event) => {
      if (event.target.closest(".editor")) return;
      event.preventDefault();
      this._context(event.clientX, event.clientY);
    });
    this._handle();
    this._resize();
    window.addEventListener("keydown", (event) => this._global(event));
  }

  /** Take over the add-on's menus; each has its own title in the bar. */
  setAddOn({ title, items }) {
    this.addOn = [...this.addOn.filter((menu) => menu.title !== title), { title, items }];
    this._draw();
  }

  /** The add-on's item of a name, wherever it stands. */
  addOnItem(label) {
    const search = (items) => {
      for (const item of items) {
        if (item.label === label && item.function) return item;
        const found = item.items && search(item.items);
        if (found) return found;
      }
      return null;
    };
    return this.addOn.map((menu) => search(menu.items)).find(Boolean) || null;
  }

  _commands() {
    const { book, selection, act } = this;
    const place = (at, count) => ({ sheet: book.current, at, count });
    const area = () => selection.area;
    const command = (label, run, shortcut = "") => ({ label, run, shortcut });
    return {
      undo: command("Undo", () => act("undo", {}), "Ctrl+Z"),
      redo: command("Redo", () => act("redo", {}), "Ctrl+Y"),
      cut: command("Cut", () => this.clipboard.copy(true), "Ctrl+X"),
      copy: command("Copy", () => this.clipboard.copy(false), "Ctrl+C"),
      paste: command("Paste", () => this.clipboard.pasteFromMenu(), "Ctrl+V"),
      clear: command("Delete values", () => act("clear", selection.sent), "Delete"),
      fillDown: command("Fill down", () => this._fill(true), "Ctrl+D"),
      fillRight: command("Fill right", () => this._fill(false), "Ctrl+R"),
      insertRowAbove: command("Insert rows above", () => act("insertRows", place(area().row, area().rows))),
      insertRowBelow: command("Insert rows below", () => act("insertRows", place(area().row + area().rows, area().rows))),
      deleteRows: command("Delete rows", () => act("deleteRows", place(area().row, area().rows))),
      insertColumnLeft: command("Insert columns left", () => act("insertColumns", place(area().column, area().columns))),
      insertColumnRight: command("Insert columns right", () => act("insertColumns", place(area().column + area().columns, area().columns))),
      deleteColumns: command("Delete columns", () => act("deleteColumns", place(area().column, area().columns))),
      sortAscending: command("Sort sheet A → Z", () => this._sort(false)),
      sortDescending: command("Sort sheet Z → A", () => this._sort(true)),
      sortRangeAscending: command("Sort range A → Z", () => this._sort(false, true)),
      sortRangeDescending: command("Sort range Z → A", () => this._sort(true, true)),
      filterColumn: command("Filter this column…", () => this.filters.openPanel(), "Ctrl+Alt+R"),
      ownData: command("Try your own data…", () => this.files()),
    };
  }

  _draw() {
    const { book, all } = this;
    const may = (names) =>
      names.map((name) => (name === "-" ? { separator: true } : { ...all[name], disabled: !book.canEdit && name !== "copy" }));
    const hidden = book.tabs.filter((tab) => tab.hidden);
    this.bar.set([
      { title: "File", items: () => [...may(["ownData"]), { label: "Open as somebody else…", run: () => document.getElementById("account").click() }, { separator: true }, { label: "Settings…", disabled: !book.canEdit, run: () => this._settings() }] },
      { title: "Edit", items: () => may(["undo", "redo", "-", "cut", "copy", "paste", "-", "fillDown", "fillRight", "clear", "-", "deleteRows", "deleteColumns"]) },
      { title: "View", items: () => this._view(hidden) },
      { title: "Insert", items: () => [...may(["insertRowAbove", "insertRowBelow", "-", "insertColumnLeft", "insertColumnRight", "-"]), { label: "Tab", disabled: !book.canEdit, run: () => this.tabs.add.click() }] },
      { title: "Data", items: () => [...may(["sortAscending", "sortDescending", "-", "sortRangeAscending", "sortRangeDescending", "-"]), ...this.filters.items(all.filterColumn)] },
      ...this.addOn.map(({ title, items }) => ({ title, isAddOn: true, items: () => this._scripted(items) })),
      { title: "Help", items: () => [{ label: "Keyboard shortcuts", run: () => this._shortcuts() }, { label: "What is this page?", run: () => this._about() }] },
    ]);
  }

  async _settings() {
    await openSettings(this.book, this.act);
    this.refocus();
  }

  _view(hidden) {
    return [
      { label: "Go to row…", shortcut: "Ctrl+G", run: () => document.getElementById("jump-row").focus() },
      { label: "Outbox: mails that scripts sent", run: () => window.open("/outbox", "_blank", "noopener") },
      { label: "Calls to Google", checked: !this.calls.drawer.hidden, run: () => this.calls.toggle() },
      { separator: true },
      { heading: hidden.length ? "Hidden tabs" : "No hidden tabs" },
      ...hidden.map((tab) => ({ label: tab.title, run: () => this.tabs.show(tab.id) })),
    ];
  }

  _scripted(items) {
    return items.map((item) => {
      if (item.separator) return { separator: true };
      if (item.items) return { label: item.label, items: this._scripted(item.items) };
      return { label: item.label, run: () => this.choose(item.function) };
    });
  }

  _sort(descending, isRange = false) {
    const { book, filters, selection } = this;
    const { tab } = book;
    // Who looks through a filter view sorts what they see, not the cells of everybody.
    if (filters.view && filters.canFilterHere) return filters.sort(selection.column, descending);
    const area = isRange
      ? selection.sent
      : { sheet: tab.id, row: tab.frozenRows, column: 0, rows: tab.rows - tab.frozenRows, columns: tab.columns };
    return this.act("sort", { ...area, by: selection.column, descending });
  }

  /** Fill the selection from its first row or column; a single cell takes the one before it. */
  _fill(isDown) {
    const { row, column, rows, columns } = this.selection.area;
    const sheet = this.book.current;
    const isSingle = isDown ? rows === 1 : columns === 1;
    const source = isDown
      ? { sheet, row: isSingle ? this._above(row) : row, column, rows: 1, columns }
      : { sheet, row, column: isSingle ? column - 1 : column, rows, columns: 1 };
    if (source.row < 0 || source.column < 0) return;
    const target = isDown
      ? { sheet, row: isSingle ? row : row + 1, column, rows: isSingle ? 1 : rows - 1, columns }
      : { sheet, row, column: isSingle ? column : column + 1, rows, columns: isSingle ? 1 : columns - 1 };
    this.act("fill", { ...target, source });
  }

  /** The row that is shown above another, -1 where there is none. */
  _above(row) {
    const above = this.grid.rows.beside(row, -1);
    return above === row ? -1 : above;
  }

  _key(event) {
    const { editor, selection, all } = this;
    if (event.target !== this.grid.root || event.isComposing) return;
    const control = event.ctrlKey || event.metaKey;
    const letter = event.key.toLowerCase();
    const run = (name) => {
      event.preventDefault();
      if (this.book.canEdit) all[name].run();
    };
    if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      this.tabs.step(event.key === "ArrowDown" ? 1 : -1);
    } else if (control && !event.altKey && letter === "z" && !event.shiftKey) return run("undo");
    else if (control && !event.altKey && (letter === "y" || letter === "z")) return run("redo");
    else if (control && !event.altKey && letter === "d") return run("fillDown");
    else if (control && !event.altKey && letter === "r") return run("fillRight");
    else if (control && event.altKey && letter === "r") {
      if (this.filters.canFilterHere) this.filters.openPanel();
    } else if (event.key === "Delete" || event.key === "Backspace") return run("clear");
    else if (event.key === "F2") editor.open();
    else if (event.key === "Enter" && event.altKey) {
      if (!this.links.followActive()) return;
    } else if (event.key === "Enter") {
      if (event.shiftKey || selection.tabbedFrom !== null || !this.book.canEdit) selection.enter(event.shiftKey);
      else editor.open();
    } else if (event.key === "Escape") this.clipboard.forget();
    else if (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")) {
      const node = this.grid.node(selection.row, selection.column);
      const box = (node || this.grid.root).getBoundingClientRect();
      this._context(box.left + 8, box.bottom);
    } else if (selection.key(event)) {
      // moved
    } else if (event.key.length === 1 && !control && !event.altKey) {
      if (!editor.open(event.key)) return;
    } else return;
    event.preventDefault();
  }

  _global(event) {
    if (event.key === "F10" && !event.shiftKey) this.bar.focus();
    else if (event.altKey && event.shiftKey && event.key.toLowerCase() === "a") this._openAddOn();
    else if (event.key === "F6") this._nextPart(event.shiftKey);
    else if (event.ctrlKey && event.altKey && event.key === ".") this.frames.focusSidebar();
    else if (event.ctrlKey && !event.altKey && event.key.toLowerCase() === "g") document.getElementById("jump-row").focus();
    else return;
    event.preventDefault();
  }

  _openAddOn() {
    document.querySelector(".menu-title.add-on")?.click();
  }

  _nextPart(backwards) {
    const parts = [
      this.grid.root,
      document.querySelector(".chart:focus") || document.querySelector(".chart"),
      ...(this.frames.hasSidebar ? [document.querySelector("#sidebar iframe")] : []),
      document.querySelector('#tabs [aria-selected="true"]'),
      this.calls.line,
      document.querySelector('#menubar [tabindex="0"]'),
      document.getElementById("name-box"),
    ].filter(Boolean);
    const at = parts.findLastIndex((part) => part === document.activeElement || part.contains(document.activeElement));
    parts[(at + (backwards ? -1 : 1) + parts.length) % parts.length].focus();
  }

  _context(x, y) {
    const { all, book, selection } = this;
    const { row, column, rows, columns } = selection.area;
    const many = (count, one) => (count === 1 ? `1 ${one}` : `${count} ${one}s`);
    const may = (command, label) => ({ ...command, label: label || command.label, disabled: !book.canEdit });
    openMenu(
      [
        may(all.cut),
        all.copy,
        may(all.paste),
        { separator: true },
        may(all.insertRowAbove, `Insert ${many(rows, "row")} above`),
        may(all.insertRowBelow, `Insert ${many(rows, "row")} below`),
        may(all.insertColumnLeft, `Insert ${many(columns, "column")} left`),
        may(all.insertColumnRight, `Insert ${many(columns, "column")} right`),
        { separator: true },
        may(all.deleteRows, rows === 1 ? `Delete row ${row + 1}` : `Delete rows ${row + 1} to ${row + rows}`),
        may(all.deleteColumns, columns === 1 ? `Delete column ${letters(column)}` : `Delete columns ${letters(column)} to ${letters(column + columns - 1)}`),
        may(all.clear),
        { separator: true },
        may(all.sortAscending, `Sort sheet by column ${letters(selection.column)}, A → Z`),
        may(all.sortDescending, `Sort sheet by column ${letters(selection.column)}, Z → A`),
      ],
      { owner: this.grid.root, x, y },
    );
  }

  /** Drag the handle at the selection's corner down to fill. */
  _handle() {
    const { root } = this.grid;
    root.addEventListener("dblclick", (event) => event.target.closest(".fill-handle") && this._fillToEnd());
    root.addEventListener("mousedown", (event) => {
      if (!event.target.closest(".fill-handle")) return;
      event.preventDefault();
      const source = this.selection.sent;
      const bottom = source.row + source.rows - 1;
      let last = bottom;
      const drag = (moved) => {
        last = Math.max(bottom, this.grid.at(moved.clientX, moved.clientY).row);
        this.selection.select({ ...source, rows: last - source.row + 1 }, { reveal: false });
        this.grid.reveal(last, source.column);
      };
      window.addEventListener("mousemove", drag);
      window.addEventListener(
        "mouseup",
        () => {
          window.removeEventListener("mousemove", drag);
          if (last > bottom) this.act("fill", { ...source, row: bottom + 1, rows: last - bottom, source });
        },
        { once: true },
      );
    });
  }

  _fillToEnd() {
    const source = this.selection.sent;
    const bottom = source.row + source.rows;
    let last = bottom;
    while (last < this.book.tab.rows && source.column > 0 && textOf(this.book.cell(last, source.column - 1)) !== "") last++;
    if (last > bottom) this.act("fill", { ...source, row: bottom, rows: last - bottom, source });
  }

  _resize() {
    this.grid.root.addEventListener("mousedown", (event) => {
      const handle = event.target.closest(".resizer");
      if (!handle || !this.book.canEdit) return;
      event.preventDefault();
      event.stopPropagation();
      const column = Number(handle.dataset.resize);
      const { tab } = this.book;
      const before = tab.widths[column] ?? 100;
      const from = event.clientX;
      const drag = (moved) => {
        tab.widths[column] = Math.max(20, before + moved.clientX - from);
        this.grid.soon();
      };
      window.addEventListener("mousemove", drag);
      window.addEventListener(
        "mouseup",
        () => {
          window.removeEventListener("mousemove", drag);
          this.act("resize", { sheet: tab.id, column, pixels: Math.round(tab.widths[column] ?? before) });
        },
        { once: true },
      );
    });
  }

  _shortcuts() {
    const table = document.createElement("table");
    table.className = "shortcuts";
    for (const [what, keys] of SHORTCUTS) {
      const row = table.insertRow();
      row.insertCell().textContent = what;
      row.insertCell().textContent = keys;
    }
    modal({ title: "Keyboard shortcuts", content: [table], buttons: [["OK", "Close"]] }).then(() => this.refocus());
  }

  _about() {
    const lines = [
      "This page stands in for Google Sheets on your own machine, so that the add-on can be tried without a Google account.",
      "The add-on's files, the service and the calls between them are the real ones; only Google is played. Nothing leaves this machine, and nothing is kept when it is stopped.",
      "The line at the bottom shows each call to the Sheets API. Open it to switch on slowness and faults, or to stop the service, and see what the product does.",
    ];
    const content = lines.map((text) => {
      const line = document.createElement("p");
      line.className = "box-text";
      line.textContent = text;
      return line;
    });
    modal({ title: "A local stand-in for Google Sheets", content, buttons: [["OK", "Close"]] }).then(() => this.refocus());
  }

  closeMenus() {
    closeMenu();
  }
}
