// The tabs at the bottom: choose, add, rename, delete, hide, show.

import { openMenu } from "./menus.js";
import { confirmBox } from "./dialogs.js";

export class Tabs {
  /** @param {object} parts book, selection, act, refocus */
  constructor({ book, selection, act, refocus }) {
    Object.assign(this, { book, selection, act, refocus });
    this.root = document.getElementById("tabs");
    this.add = document.getElementById("add-tab");
    this.all = document.getElementById("all-tabs");
    this.add.addEventListener("click", async () => {
      const answer = await act("addTab", {});
      if (answer) this.show(answer.sheet);
    });
    this.all.addEventListener("click", () => this._openAll());
    this.root.addEventListener("keydown", (event) => this._key(event));
    book.subscribe((what) => what === "tabs" && this.draw());
    this.draw();
  }

  draw() {
    const { book } = this;
    this.add.hidden = !book.canEdit;
    if (this.root.querySelector("input")) return;
    const key = JSON.stringify(book.tabs.filter((tab) => book.isShown(tab)).map((t) => [t.id, t.title, t.hidden])) + book.current;
    if (key === this._key_) return;
    this._key_ = key;
    const hadFocus = this.root.contains(document.activeElement);
    this.root.replaceChildren(...book.tabs.filter((tab) => book.isShown(tab)).map((tab) => this._button(tab)));
    const current = this.root.querySelector('[aria-selected="true"]');
    current?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (hadFocus) current?.focus();
  }

  _button(tab) {
    const isCurrent = tab.id === this.book.current;
    const button = document.createElement("button");
    button.type = "button";
    button.className = tab.hidden ? "tab hidden-tab" : "tab";
    button.setAttribute("role", "tab");
    button.setAttribute("aria-selected", String(isCurrent));
    button.tabIndex = isCurrent ? 0 : -1;
    button.dataset.sheet = String(tab.id);
    const label = document.createElement("span");
    label.textContent = tab.title;
    button.append(label);
    if (tab.hidden) button.title = "A hidden tab";
    if (isCurrent && this.book.canEdit) {
      const arrow = document.createElement("span");
      arrow.className = "tab-arrow";
      arrow.textContent = "▾";
      arrow.setAttribute("aria-hidden", "true");
      arrow.addEventListener("click", (event) => {
        event.stopPropagation();
        this._openMenu(tab, button);
      });
      button.append(arrow);
    }
    button.addEventListener("click", () => {
      this.show(tab.id);
      this.refocus();
    });
    button.addEventListener("dblclick", () => this.rename(tab, button));
    button.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      this.show(tab.id);
      this._openMenu(tab, this.root.querySelector('[aria-selected="true"]'));
    });
    return button;
  }

  show(sheet) {
    const tab = this.book.tabs.find((each) => each.id === sheet);
    if (tab && tab.hidden) this.book.showsHidden.add(sheet);
    this.selection.show(sheet);
    this.draw();
  }

  /** Show the tab so many places further. */
  step(by) {
    const shown = this.book.tabs.filter((tab) => this.book.isShown(tab));
    const at = shown.findIndex((tab) => tab.id === this.book.current);
    this.show(shown[(at + by + shown.length) % shown.length].id);
  }

  _key(event) {
    if (event.target.tagName === "INPUT") return;
    const tab = this.book.tab;
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") this.step(event.key === "ArrowRight" ? 1 : -1);
    else if (event.key === "F2" && this.book.canEdit) this.rename(tab, event.target);
    else if ((event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")) && this.book.canEdit) {
      this._openMenu(tab, event.target);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  _openMenu(tab, owner) {
    const box = owner.getBoundingClientRect();
    openMenu(
      [
        { label: "Rename", run: () => this.rename(tab, this.root.querySelector('[aria-selected="true"]')) },
        { label: "Delete", run: () => this.remove(tab) },
        tab.hidden
          ? { label: "Show to everybody", run: () => this.act("hideTab", { sheet: tab.id, hidden: false }) }
          : { label: "Hide tab", run: () => this._hide(tab) },
      ],
      { owner, x: box.left, y: box.top, upwards: true },
    );
  }

  _hide(tab) {
    this.book.showsHidden.delete(tab.id);
    this.act("hideTab", { sheet: tab.id, hidden: true });
  }

  async remove(tab) {
    const isSure = await confirmBox("Heads up!", `Are you sure you want to delete the tab ${tab.title}?`);
    if (isSure) await this.act("deleteTab", { sheet: tab.id });
    this.refocus();
  }

  rename(tab, button) {
    if (!this.book.canEdit || !button) return;
    const field = document.createElement("input");
    field.className = "tab-name";
    field.value = tab.title;
    field.setAttribute("aria-label", "Name of the tab");
    field.size = Math.max(6, tab.title.length);
    const end = async (isCommitted) => {
      if (!field.isConnected) return;
      field.remove();
      this._key_ = "";
      if (isCommitted && field.value !== tab.title) await this.act("renameTab", { sheet: tab.id, title: field.value });
      this.draw();
      this.refocus();
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") end(true);
      if (event.key === "Escape") end(false);
    });
    field.addEventListener("blur", () => end(true));
    button.replaceWith(field);
    field.select();
  }

  _openAll() {
    const box = this.all.getBoundingClientRect();
    const { book } = this;
    const items = book.tabs.map((tab) => ({
      label: tab.hidden ? `${tab.title} (hidden)` : tab.title,
      checked: tab.id === book.current,
      run: () => {
        this.show(tab.id);
        this.refocus();
      },
    }));
    openMenu(items, { owner: this.all, x: box.left, y: box.top, upwards: true });
  }
}
