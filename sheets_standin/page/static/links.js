// Links in cells: a chip with the address beside the cell; who clicks on the chip goes there.

const PLACE = /^#gid=(\d+)(?:&fvid=(\d+))?(?:&range=([A-Za-z0-9:$]+))?$/i;
const WEB = /^https?:\/\/\S+$/i;
const PATIENCE_MS = 300;

/** The addresses that a cell leads to, each once, in the order of its text. */
export function addressesOf(cell) {
  if (!cell || typeof cell !== "object") return [];
  const found = (cell.r || []).map(([, look]) => look.a).filter(Boolean);
  return [...new Set(found.length ? found : [cell.a].filter(Boolean))];
}

export class Links {
  /** @param {object} parts grid, book, selection, tabs, filters, tell, refocus */
  constructor({ grid, book, selection, tabs, filters, tell, refocus }) {
    Object.assign(this, { grid, book, selection, tabs, filters, tell, refocus });
    this.chip = document.createElement("div");
    this.chip.className = "link-chip";
    this.chip.id = "link-chip";
    this.chip.setAttribute("role", "group");
    this.chip.setAttribute("aria-label", "Links of the cell");
    this.chip.hidden = true;
    document.body.append(this.chip);
    this._timer = 0;
    grid.root.addEventListener("mousemove", (event) => this._over(event));
    grid.root.addEventListener("mouseleave", () => this._hideSoon());
    grid.root.addEventListener("scroll", () => this.hide(), { passive: true });
    this.chip.addEventListener("mouseenter", () => clearTimeout(this._timer));
    this.chip.addEventListener("mouseleave", () => this._hideSoon());
    this.chip.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.hide();
      this.refocus();
    });
    selection.subscribe(() => this._active());
    book.subscribe(() => this._changed());
  }

  /** The active cell may have been loaded, or got another link, just now. */
  _changed() {
    const { row, column } = this.selection.cellArea(this.selection.row, this.selection.column);
    const told = JSON.stringify([this.book.current, row, column, addressesOf(this.book.cell(row, column))]);
    if (told !== this._told) this._active();
  }

  _over(event) {
    if (event.buttons) return;
    const node = event.target.closest(".cell");
    if (node && node.querySelector(".link")) {
      clearTimeout(this._timer);
      this._show(Number(node.dataset.row), Number(node.dataset.column));
    } else if (!this.chip.hidden) this._hideSoon();
  }

  _active() {
    const { row, column } = this.selection.cellArea(this.selection.row, this.selection.column);
    const addresses = addressesOf(this.book.cell(row, column));
    this._told = JSON.stringify([this.book.current, row, column, addresses]);
    if (addresses.length) requestAnimationFrame(() => this._show(row, column));
    else this.hide();
  }

  _hideSoon() {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._active(), PATIENCE_MS);
  }

  hide() {
    this.chip.hidden = true;
  }

  _show(row, column) {
    const node = this.grid.node(row, column);
    const addresses = addressesOf(this.book.cell(row, column));
    if (!node || !addresses.length) return this.hide();
    const key = JSON.stringify([this.book.current, row, column, addresses]);
    if (this.chip.dataset.shown !== key) {
      this.chip.replaceChildren(...addresses.map((each) => this._address(each)).filter(Boolean));
      this.chip.dataset.shown = key;
    }
    this.chip.hidden = this.chip.childElementCount === 0;
    const box = node.getBoundingClientRect();
    const own = this.chip.getBoundingClientRect();
    const below = box.bottom + 2;
    this.chip.style.left = `${Math.max(4, Math.min(box.left, window.innerWidth - own.width - 8))}px`;
    this.chip.style.top = `${below + own.height < window.innerHeight ? below : box.top - own.height - 2}px`;
  }

  _address(address) {
    const place = PLACE.exec(address);
    if (place) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "link-place";
      button.textContent = this._named(place);
      button.addEventListener("click", () => this.follow(address));
      return button;
    }
    if (!WEB.test(address)) return null;
    const link = document.createElement("a");
    link.className = "link-web";
    link.href = address;
    link.textContent = address;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }

  _named([, sheet, view, range]) {
    const tab = this.book.tabs.find((each) => each.id === Number(sheet));
    if (!tab) return "A tab that has been deleted";
    if (view) return `${tab.title}, ${tab.views.find(({ id }) => id === Number(view))?.title || "a filter view that has been deleted"}`;
    return range ? `${tab.title}!${range}` : tab.title;
  }

  /** Follow the first link of the active cell, as Alt+Enter does. */
  followActive() {
    const { row, column } = this.selection.cellArea(this.selection.row, this.selection.column);
    const [address] = addressesOf(this.book.cell(row, column));
    if (address) this.follow(address);
    return Boolean(address);
  }

  /** Go to a place of this spreadsheet, or open a web page beside it. */
  follow(address) {
    const place = PLACE.exec(address);
    if (!place) {
      if (WEB.test(address)) window.open(address, "_blank", "noopener,noreferrer");
      return;
    }
    const [, sheet, view, range] = place;
    this.hide();
    if (!this.book.tabs.some((each) => each.id === Number(sheet))) {
      this.tell("The tab that this link leads to has been deleted.");
      return;
    }
    this.tabs.show(Number(sheet));
    if (view) this.filters.open(Number(view), Number(sheet));
    if (range && !this.selection.named(range)) this.tell(`${range} is no range of ${this.book.tab.title}.`);
    this.refocus();
  }
}
