// The drawer "Calls to Google": each call as it happens, and switches to see what the product does.

import { post } from "./api.js";

const KEPT = 300;

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

export class Calls {
  constructor(root, state, canEdit) {
    this.root = root;
    this.state = state;
    this.count = 0;
    this.faulty = 0;
    this.minute = Math.floor(Date.now() / 60000);
    this._build(canEdit);
    this.draw();
    setInterval(() => this._tick(), 2000);
  }

  _build(canEdit) {
    this.line = element("button", "calls-line");
    this.line.type = "button";
    this.line.setAttribute("aria-expanded", "false");
    this.line.setAttribute("aria-controls", "calls-drawer");
    this.line.addEventListener("click", () => this.toggle());
    this.drawer = element("div", "calls-drawer");
    this.drawer.id = "calls-drawer";
    this.drawer.hidden = true;
    this.switches = element("div", "switches");
    const scroller = element("div", "calls-scroll");
    scroller.tabIndex = 0;
    const table = element("table", "calls-table");
    table.setAttribute("aria-label", "Calls to Google, the newest first");
    const head = table.createTHead().insertRow();
    for (const [name, kind] of [["Time"], ["Call"], ["Status", "number"], ["ms", "number"], ["Reads this minute", "number"], ["Writes this minute", "number"], ["Fault"]]) {
      const cell = element("th", kind, name);
      cell.scope = "col";
      head.append(cell);
    }
    this.rows = table.createTBody();
    this.nothing = element("p", "calls-none", "No calls yet. Type a row into New User, or choose something in the add-on's menu.");
    scroller.append(table, this.nothing);
    this.drawer.append(this.switches, scroller);
    this.root.append(this.line, this.drawer);
    this._switches(canEdit);
  }

  _switches(canEdit) {
    this.latency = this._select("Latency", [["0", "none"], ["150", "150 ms"], ["500", "500 ms"]], (value) => ({ latency: Number(value) }));
    const faults = this.state.faults.map((name) => [name, name]);
    this.fault = this._select("Faults, 3 calls in 10", [["", "none"], ...faults], (value) => ({ fault: value }));
    this.next = this._select("Fault of the next call", [["", "none"], ...faults], (value) => {
      setTimeout(() => (this.next.value = ""), 400);
      return { next: value };
    });
    this.service = this._button("", () => ({ service: !this.state.service }));
    this.sweep = this._button("Run the hourly sweep now", () => ({ sweep: true }));
    const clear = element("button", "plain", "Clear");
    clear.type = "button";
    clear.addEventListener("click", () => {
      this.rows.replaceChildren();
      this.count = this.faulty = 0;
      this.draw();
    });
    this.switches.append(clear);
    if (!canEdit) for (const each of this.switches.querySelectorAll("select, button")) each.disabled = true;
  }

  _select(label, options, change) {
    const wrap = element("label", "switch", label);
    const select = element("select");
    for (const [value, text] of options) {
      const option = element("option", "", text);
      option.value = value;
      select.append(option);
    }
    select.addEventListener("change", () => post("controls", change(select.value)).catch(() => {}));
    wrap.append(select);
    this.switches.append(wrap);
    return select;
  }

  _button(label, data) {
    const button = element("button", "plain", label);
    button.type = "button";
    button.addEventListener("click", () => {
      button.disabled = true;
      post("controls", data()).catch(() => (button.disabled = false));
    });
    this.switches.append(button);
    return button;
  }

  toggle(wanted = this.drawer.hidden) {
    this.drawer.hidden = !wanted;
    this.line.setAttribute("aria-expanded", String(wanted));
    document.body.classList.toggle("calls-open", wanted);
  }

  /** The switches stand otherwise. */
  controls(state) {
    this.state = state;
    this.sweep.disabled = this.service.disabled = false;
    this.draw();
  }

  /** A call was made; what was used of the quota is known of those that happen now. */
  add(call, isPast = false) {
    this.count++;
    if (call.fault || call.status >= 400 || call.status === 0) this.faulty++;
    if (!isPast) {
      this.state.reads = call.reads;
      this.state.writes = call.writes;
      this.minute = Math.floor(call.moment / 60);
    }
    const row = this.rows.insertRow(0);
    row.className = call.fault || call.status >= 400 || call.status === 0 ? "faulty" : "";
    const moment = new Date(1000 * call.moment);
    const cells = [
      moment.toLocaleTimeString("en-GB") + "." + String(moment.getMilliseconds()).padStart(3, "0"),
      `${call.write ? "write" : "read"}  ${call.name}`,
      call.status || "no answer",
      call.ms.toFixed(call.ms < 10 ? 1 : 0),
      call.reads,
      call.writes,
      call.fault,
    ];
    cells.forEach((text, index) => {
      const cell = row.insertCell();
      cell.textContent = String(text);
      if (index > 1 && index < 6) cell.className = "number";
    });
    while (this.rows.rows.length > KEPT) this.rows.deleteRow(-1);
    this.last = call;
    this.draw();
  }

  _tick() {
    const minute = Math.floor(Date.now() / 60000);
    if (minute !== this.minute) {
      this.minute = minute;
      this.state.reads = this.state.writes = 0;
      this.draw();
    }
  }

  draw() {
    const { state } = this;
    const of = state.quota ? ` of ${state.quota}` : "";
    const parts = [`Calls to Google: ${this.count}`, `this minute ${state.reads} reads, ${state.writes} writes${of && ` (${of.trim()} each)`}`];
    if (this.last) parts.push(`last: ${this.last.name} ${this.last.status || "no answer"} in ${Math.round(this.last.ms)} ms`);
    if (this.faulty) parts.push(`${this.faulty} with a fault`);
    if (state.latency) parts.push(`latency ${state.latency} ms`);
    if (state.fault) parts.push(`fault on: ${state.fault}`);
    if (state.service === false) parts.push("the service is stopped");
    this.line.replaceChildren(element("span", "calls-arrow", "▴"), ...parts.map((part, i) => element("span", i ? "part" : "part first", part)));
    this.line.classList.toggle("warned", state.service === false || Boolean(state.fault));
    this.nothing.hidden = this.rows.rows.length > 0;
    this.latency.value = String(state.latency);
    this.fault.value = state.fault;
    this.service.textContent = state.service ? "Stop the service" : "Start the service";
    this.service.hidden = state.service === null;
  }
}
