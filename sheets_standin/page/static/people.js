// Who is here: the account in the corner, others' faces, and opening the page as somebody else.

import { openMenu } from "./menus.js";

const COLOURS = ["#1a73e8", "#9334e6", "#e8710a", "#188038", "#c5221f", "#007b83"];

function face(email, index) {
  const node = document.createElement("span");
  node.className = "face";
  node.textContent = email[0].toUpperCase();
  node.style.backgroundColor = COLOURS[Math.max(0, index) % COLOURS.length];
  node.title = email;
  return node;
}

export class People {
  constructor(book) {
    this.book = book;
    this.button = document.getElementById("account");
    this.presence = document.getElementById("presence");
    this.button.addEventListener("click", () => this._menu());
    this.draw([book.me]);
  }

  draw(here) {
    const { me, people } = this.book;
    const index = (email) => people.findIndex((each) => each.email === email);
    const role = people[index(me)]?.role ?? this.book.role;
    const label = document.createElement("span");
    label.className = "account-label";
    label.textContent = `${me} · ${role}`;
    this.button.replaceChildren(label, face(me, index(me)));
    this.button.setAttribute("aria-label", `You are ${me}, ${role}. Open as somebody else`);
    const others = [...new Set(here.filter((email) => email !== me))];
    this.presence.replaceChildren(...others.map((email) => face(email, index(email))));
  }

  _menu() {
    const { me, people } = this.book;
    const box = this.button.getBoundingClientRect();
    const items = people.map(({ email, role }) => ({
      label: `${email} (${role || "no access"})`,
      checked: email === me,
      run: () => window.open(`/?${new URLSearchParams({ user: email })}`, "_blank", "noopener"),
    }));
    openMenu([{ heading: "Open in a new window as" }, ...items], { owner: this.button, x: box.right - 280, y: box.bottom + 4 });
  }
}
