// The tab's filter and its filter views: what is hidden and sorted here, the panel of a column, the bar of a view.

import { get } from "./api.js";
import { letters, nameOf } from "./book.js";
import { made } from "./cells.js";
import { confirmBox, modal, promptBox } from "./dialogs.js";
import { filterPanel } from "./filter_panel.js";

const PLACE = /^#(?:gid=(\d+))?&?(?:fvid=(\d+))?$/i;

/** The button in the header cell of a filtered column. */
export function filterButton(node, filter, column, canEdit) {
  const isActive = Boolean(filter.criteria[column]);
  const sorted = filter.sort.find(([at]) => at === column);
  const button = made("button", `filter-button${isActive || sorted ? " active" : ""}`, node);
  button.type = "button";
  button.tabIndex = -1;
  button.disabled = !canEdit;
  button.dataset.filter = String(column);
  const told = [`Filter column ${letters(column)}`, isActive && "rows are hidden by it", sorted && (sorted[1] ? "sorted Z to A" : "sorted A to Z")];
  button.setAttribute("aria-label", told.filter(Boolean).join(", "));
  button.title = told.filter(Boolean).join(", ");
  // A sign of CSS's, so that the cell's text stays its own.
  button.dataset.sign = isActive ? "▼" : sorted ? (sorted[1] ? "↓" : "↑") : "▾";
  node.classList.add("with-filter");
}

export class Filters {
  /** @param {object} parts grid, book, selection, tabs, act, tell, refocus */
  constructor({ grid, book, selection, tabs, act, tell, refocus }) {
    Object.assign(this, { grid, book, selection, tabs, act, tell, refocus });
    this.bar = document.getElementById("view-bar");
    this._asked = "";
    book.subscribe(() => this._sync());
    grid.root.addEventListener("click", (event) => {
      const button = event.target.closest(".filter-button");
      if (button) this.openPanel(Number(button.dataset.filter));
    });
    window.addEventListener("hashchange", () => this.followHash());
  }

  /** The filter that this page shows on the current tab: an open view, else the tab's own. */
  get shown() {
    return this.book.filter;
  }

  get view() {
    return this.book.openViews.get(this.book.current) || 0;
  }

  /** Ask anew for what the filter does, once for each state of the spreadsheet. */
  async _sync() {
    const { book, view } = this;
    const sheet = book.current;
    this._writeHash();
    this._drawBar();
    if (!view && !book.tab.filter) {
      this._asked = "";
      book.setFilter(sheet, null);
      return;
    }
    const key = `${sheet}/${view}/${book.revision}`;
    if (key === this._asked) return;
    this._asked = key;
    try {
      const { filter } = await get("filter", { sheet, view });
      if (key !== this._asked) return;
      if (view && !filter) {
        book.openViews.delete(sheet);
        this.tell("The filter view has been deleted.");
      }
      book.setFilter(sheet, filter);
      if (filter?.unknown.length) {
        const names = filter.unknown.map((column) => letters(column)).join(", ");
        this.tell(`The filter's condition on column ${names} is one that only Google Sheets computes: it hides nothing here.`);
      }
    } catch {
      // The feed says so when the server is gone; the next change asks again.
      this._asked = "";
    }
  }

  /** Open a filter view of a tab, for this page alone; return whether there is one. */
  open(view, sheet) {
    const tab = this.book.tabs.find((each) => (sheet === undefined || each.id === sheet) && each.views.some(({ id }) => id === view));
    if (!tab) {
      this.tell("There is no such filter view: it has been deleted.");
      return false;
    }
    this.book.openViews.set(tab.id, view);
    if (tab.id === this.book.current) this.book.touch();
    else this.tabs.show(tab.id);
    return true;
  }

  close() {
    this.book.openViews.delete(this.book.current);
    this.book.touch();
    this.refocus();
  }

  /** Go where the address says: #gid= to a tab, #fvid= to a filter view. */
  followHash() {
    const found = PLACE.exec(location.hash);
    if (!found || (!found[1] && !found[2])) return;
    const sheet = found[1] === undefined ? undefined : Number(found[1]);
    if (sheet !== undefined && this.book.tabs.some((each) => each.id === sheet)) this.tabs.show(sheet);
    if (found[2] && Number(found[2]) !== this.view) this.open(Number(found[2]), sheet);
  }

  _writeHash() {
    const { view } = this;
    const wanted = view ? `#gid=${this.book.current}&fvid=${view}` : `#gid=${this.book.current}`;
    const isHere = /fvid=/i.test(location.hash) ? location.hash === wanted : !view;
    if (!isHere) history.replaceState(null, "", wanted);
  }

  _drawBar() {
    const { book, view } = this;
    const found = view && book.tab.views.find(({ id }) => id === view);
    document.body.classList.toggle("in-view", Boolean(found));
    this.bar.hidden = !found;
    const range = this.shown && this.shown.view === view ? this.shown.range : null;
    const key = JSON.stringify([found || null, range]);
    if (!found || key === this.bar.dataset.shown) return;
    this.bar.dataset.shown = key;
    const name = made("strong", "");
    name.textContent = found.title;
    const where = made("span", "view-range");
    where.textContent = range ? nameOf({ row: range[0], column: range[2], rows: range[1] - range[0], columns: range[3] - range[2] }) : "";
    const alone = made("span", "view-alone");
    alone.textContent = "Only you see rows filtered and sorted like this.";
    const button = (text, run) => {
      const node = made("button", "plain");
      node.type = "button";
      node.textContent = text;
      node.addEventListener("click", run);
      return node;
    };
    const tools = book.canEdit ? [button("Rename", () => this.rename()), button("Delete", () => this.remove())] : [];
    this.bar.replaceChildren(name, where, alone, made("span", "grow"), ...tools, button("Close", () => this.close()));
  }

  async rename() {
    const { current } = this.book;
    const { button, text } = await promptBox({ title: "Rename the filter view", text: "Name", buttons: "OK_CANCEL" });
    if (button === "OK") await this.act("renameView", { sheet: current, view: this.view, title: text });
    this.refocus();
  }

  async remove() {
    const { current } = this.book;
    const { view } = this;
    if (await confirmBox("Heads up!", "Delete this filter view? The rows stay as they are.", "Delete")) {
      this.book.openViews.delete(current);
      await this.act("deleteView", { sheet: current, view });
    }
    this.refocus();
  }

  /** Put a filter over the selection, or over the table of the active cell; or take the tab's filter away. */
  toggle() {
    const { book } = this;
    if (book.tab.filter) return this.act("clearFilter", { sheet: book.current });
    return this.act("setFilter", this.selection.sent);
  }

  async addView() {
    const answer = await this.act("addView", this.selection.sent);
    if (answer) this.open(answer.view, this.book.current);
  }

  /** Items of the menu Data; `byColumn` is the command that opens the panel of the active column. */
  items(byColumn) {
    const { book, view } = this;
    const { tab } = book;
    return [
      { label: tab.filter ? "Remove the filter" : "Create a filter", disabled: !book.canEdit, run: () => this.toggle() },
      { ...byColumn, disabled: !this.canFilterHere },
      { separator: true },
      { heading: tab.views.length ? "Filter views" : "No filter views" },
      ...tab.views.map(({ id, title }) => ({ label: title, checked: id === view, run: () => this.open(id, tab.id) })),
      ...(view ? [{ label: "Leave the filter view", run: () => this.close() }] : []),
      { label: tab.filter ? "Save the filter as a view" : "Create a filter view", disabled: !book.canEdit, run: () => this.addView() },
    ];
  }

  /** Whether the active column can be filtered. */
  get canFilterHere() {
    const { shown } = this;
    return Boolean(shown && this.book.canEdit && this.selection.column >= shown.range[2] && this.selection.column < shown.range[3]);
  }

  sort(column, descending) {
    return this.act("sortFilter", { sheet: this.book.current, view: this.view, column, descending });
  }

  /** Ask by what a column is to be filtered, and do it. */
  async openPanel(column = this.selection.column) {
    const { book, view, shown } = this;
    const sheet = book.current;
    if (!shown || !book.canEdit) return;
    const offered = await get("values", { sheet, view, column });
    const panel = filterPanel(offered, shown.criteria[column] || {}, shown.unknown.includes(column));
    const chosen = await modal({
      title: `Filter ${offered.head || `column ${letters(column)}`}`,
      className: "filter-box",
      content: panel.content,
      buttons: [["OK", "OK"], ["CANCEL", "Cancel"], ["DESCENDING", "Sort Z → A"], ["ASCENDING", "Sort A → Z"]],
      focus: panel.focus,
    });
    if (chosen === "OK") await this.act("filterBy", { sheet, view, column, ...panel.criteria() });
    else if (chosen === "ASCENDING" || chosen === "DESCENDING") await this.act("sortFilter", { sheet, view, column, descending: chosen === "DESCENDING" });
    this.refocus();
  }
}
