// Menus that open below a button or at the mouse, by mouse and by keyboard.

let open = null; // {list, owner, onClose}

/** Close whatever menu is open. */
export function closeMenu(refocus = true) {
  if (!open) return;
  const { list, owner } = open;
  open = null;
  list.remove();
  if (owner) {
    owner.setAttribute("aria-expanded", "false");
    if (refocus) owner.focus();
  }
}

document.addEventListener("mousedown", (event) => {
  if (open && !open.list.contains(event.target) && !(open.owner && open.owner.contains(event.target))) closeMenu(false);
});
window.addEventListener("blur", () => closeMenu(false));

/**
 * Open a menu.
 * @param {Array<object>} items {label, shortcut, run, disabled, checked} or {separator: true} or {heading} or {label, items}
 * @param {{owner?: HTMLElement, x: number, y: number, onSide?: (step: number) => void, back?: HTMLElement}} place
 */
export function openMenu(items, { owner, x, y, upwards = false, onSide }) {
  closeMenu(false);
  const list = build(items, onSide);
  document.body.append(list);
  const box = list.getBoundingClientRect();
  list.style.left = `${Math.max(4, Math.min(x, window.innerWidth - box.width - 8))}px`;
  list.style.top = upwards ? `${Math.max(4, y - box.height)}px` : `${Math.max(4, Math.min(y, window.innerHeight - box.height - 8))}px`;
  open = { list, owner };
  if (owner) owner.setAttribute("aria-expanded", "true");
  const first = focusable(list)[0];
  if (first) first.focus();
}

function focusable(list) {
  return [...list.querySelectorAll(':scope > [role^="menuitem"]:not([aria-disabled="true"])')];
}

function build(items, onSide) {
  const list = document.createElement("div");
  list.className = "menu";
  list.setAttribute("role", "menu");
  for (const item of items) list.append(entry(item));
  list.addEventListener("keydown", (event) => keys(event, list, onSide));
  return list;
}

function entry(item) {
  const node = document.createElement("div");
  if (item.separator) {
    node.className = "menu-rule";
    node.setAttribute("role", "separator");
    return node;
  }
  if (item.heading) {
    node.className = "menu-heading";
    node.textContent = item.heading;
    return node;
  }
  node.className = "menu-item";
  node.tabIndex = -1;
  node.setAttribute("role", item.checked === undefined ? "menuitem" : "menuitemcheckbox");
  if (item.checked !== undefined) node.setAttribute("aria-checked", String(item.checked));
  if (item.disabled) node.setAttribute("aria-disabled", "true");
  const label = document.createElement("span");
  label.textContent = item.label;
  node.append(label);
  if (item.shortcut || item.items) {
    const shortcut = document.createElement("span");
    shortcut.className = "shortcut";
    shortcut.setAttribute("aria-hidden", "true");
    shortcut.textContent = item.items ? "▸" : item.shortcut;
    node.append(shortcut);
  }
  if (item.items) nest(node, item.items);
  else {
    node.addEventListener("click", () => {
      if (item.disabled) return;
      closeMenu();
      item.run();
    });
  }
  node.addEventListener("mouseenter", () => node.focus());
  return node;
}

function nest(node, items) {
  node.setAttribute("aria-haspopup", "menu");
  const show = () => {
    if (node.querySelector(".menu")) return;
    const inner = build(items);
    inner.classList.add("submenu");
    node.append(inner);
  };
  node.addEventListener("mouseenter", show);
  node.addEventListener("mouseleave", () => node.querySelector(".menu")?.remove());
  node.addEventListener("click", (event) => {
    if (event.target.closest(".menu") !== node.parentNode) return;
    show();
    focusable(node.querySelector(".menu"))[0]?.focus();
  });
}

function keys(event, list, onSide) {
  const items = focusable(list);
  const at = items.indexOf(document.activeElement);
  const to = (index) => items[(index + items.length) % items.length]?.focus();
  const active = document.activeElement;
  event.stopPropagation();
  if (event.key === "ArrowDown") to(at + 1);
  else if (event.key === "ArrowUp") to(at < 0 ? -1 : at - 1);
  else if (event.key === "Home") to(0);
  else if (event.key === "End") to(-1);
  else if (event.key === "Enter" || event.key === " ") active.click();
  else if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else if (event.key === "ArrowRight" && active.getAttribute("aria-haspopup")) active.click();
  else if (event.key === "ArrowLeft" && list.classList.contains("submenu")) {
    list.parentNode.focus();
    list.remove();
  } else if (event.key === "ArrowRight" && onSide) onSide(1);
  else if (event.key === "ArrowLeft" && onSide) onSide(-1);
  else if (event.key.length === 1 && /\S/.test(event.key)) {
    const letter = event.key.toLowerCase();
    const order = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    order.find((item) => item.textContent.toLowerCase().startsWith(letter))?.focus();
  } else return;
  event.preventDefault();
}

/** The bar of menus: `set` replaces them; each is {title, items: () => [...]} . */
export class MenuBar {
  constructor(root) {
    this.root = root;
    root.addEventListener("keydown", (event) => this._key(event));
  }

  set(menus) {
    const titles = menus.map((menu) => menu.title).join("\n");
    this.menus = menus;
    if (titles === this._titles) return;
    this._titles = titles;
    this.root.replaceChildren(
      ...menus.map(({ title, isAddOn }, index) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = isAddOn ? "menu-title add-on" : "menu-title";
        button.textContent = title;
        button.tabIndex = index === 0 ? 0 : -1;
        button.setAttribute("role", "menuitem");
        button.setAttribute("aria-haspopup", "menu");
        button.setAttribute("aria-expanded", "false");
        button.addEventListener("click", () => {
          if (button.getAttribute("aria-expanded") === "true") closeMenu();
          else this._open(index);
        });
        button.addEventListener("mouseenter", () => {
          if (open && this.root.contains(open.owner) && open.owner !== button) this._open(index);
        });
        return button;
      }),
    );
  }

  _open(index) {
    const count = this.menus.length;
    const at = (index + count) % count;
    const button = this.root.children[at];
    const box = button.getBoundingClientRect();
    openMenu(this.menus[at].items(), {
      owner: button,
      x: box.left,
      y: box.bottom,
      onSide: (step) => this._open(at + step),
    });
  }

  focus() {
    this.root.querySelector('[tabindex="0"]').focus();
  }

  _key(event) {
    const buttons = [...this.root.children];
    const at = buttons.indexOf(document.activeElement);
    if (at < 0) return;
    if (event.key === "ArrowDown") this._open(at);
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      const to = buttons[(at + (event.key === "ArrowRight" ? 1 : -1) + buttons.length) % buttons.length];
      for (const button of buttons) button.tabIndex = button === to ? 0 : -1;
      to.focus();
    } else return;
    event.preventDefault();
  }
}
