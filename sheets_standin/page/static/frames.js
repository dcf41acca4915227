// The add-on's sidebar and dialogs: their unmodified pages in frames that can reach nothing but this bridge.

import { frameAddress, post } from "./api.js";

/** A place in the spreadsheet that a link of a frame may lead to. */
const PLACE = /^#gid=\d+(&fvid=\d+|&range=[A-Za-z0-9:$]+)?$/;

export class Frames {
  /**
   * @param {HTMLElement} sidebar
   * @param {{busy: (step: number) => void, refocus: () => void, selection: () => object}} page
   */
  constructor(sidebar, page) {
    this.sidebar = sidebar;
    this.page = page;
    this._open = new Map(); // frame → {iframe, remove}
    this._calls = new Map(); // call → {frame, id}
    this._number = 0;
    window.addEventListener("message", (event) => this._heard(event));
  }

  get hasSidebar() {
    return !this.sidebar.hidden;
  }

  focusSidebar() {
    if (this.hasSidebar) this.sidebar.querySelector("iframe").focus();
  }

  showSidebar({ frame, title }) {
    for (const [name, open] of this._open) if (open.isSidebar) this.close(name);
    const head = document.createElement("div");
    head.className = "sidebar-head";
    const heading = document.createElement("h2");
    heading.textContent = title || "Sidebar";
    head.append(heading, this._cross(frame));
    const iframe = this._iframe(frame, title);
    this.sidebar.replaceChildren(head, iframe);
    this.sidebar.setAttribute("aria-label", title || "Sidebar");
    this.sidebar.hidden = false;
    this._open.set(frame, {
      iframe,
      isSidebar: true,
      remove: () => {
        this.sidebar.hidden = true;
        this.sidebar.replaceChildren();
      },
    });
    iframe.focus();
  }

  showDialog({ frame, title, width, height, modal }) {
    const dialog = document.createElement("dialog");
    dialog.className = "box framed";
    dialog.setAttribute("aria-label", title || "Dialog");
    const head = document.createElement("div");
    head.className = "box-head";
    const heading = document.createElement("h2");
    heading.className = "box-title";
    heading.textContent = title || "";
    head.append(heading, this._cross(frame));
    const iframe = this._iframe(frame, title);
    iframe.style.width = `${Math.min(width || 600, window.innerWidth - 60)}px`;
    iframe.style.height = `${Math.min(height || 400, window.innerHeight - 140)}px`;
    dialog.append(head, iframe);
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close(frame);
    });
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    document.body.append(dialog);
    if (modal === false) dialog.show();
    else dialog.showModal();
    this._open.set(frame, { iframe, isSidebar: false, dialog, remove: () => dialog.remove() });
    iframe.focus();
  }

  close(frame) {
    const open = this._open.get(frame);
    if (!open) return;
    this._open.delete(frame);
    open.remove();
    this.page.refocus();
  }

  /** A call that a frame made has ended. */
  returned({ call, ok, value, error }) {
    const waiting = this._calls.get(call);
    if (!waiting) return;
    this._calls.delete(call);
    this.page.busy(-1);
    const open = this._open.get(waiting.frame);
    if (open) open.iframe.contentWindow.postMessage({ kind: "returned", id: waiting.id, ok, value, error }, "*");
  }

  _cross(frame) {
    const cross = document.createElement("button");
    cross.type = "button";
    cross.className = "cross";
    cross.textContent = "×";
    cross.setAttribute("aria-label", "Close");
    cross.addEventListener("click", () => this.close(frame));
    return cross;
  }

  _iframe(frame, title) {
    const iframe = document.createElement("iframe");
    iframe.setAttribute("sandbox", "allow-scripts allow-forms allow-modals allow-popups allow-downloads");
    iframe.title = title || "Add-on";
    iframe.src = frameAddress(frame);
    return iframe;
  }

  _heard(event) {
    for (const [frame, open] of this._open) {
      if (open.iframe.contentWindow !== event.source) continue;
      const data = event.data || {};
      if (data.kind === "call") this._call(frame, data);
      else if (data.kind === "close") this.close(frame);
      else if (data.kind === "size") this._resize(open, data);
      else if (data.kind === "focus") this.page.refocus();
      else if (data.kind === "go" && PLACE.test(String(data.place))) location.hash = data.place;
      return;
    }
  }

  _resize(open, { width, height }) {
    if (!open.dialog) return;
    if (Number.isFinite(width)) open.iframe.style.width = `${width}px`;
    if (Number.isFinite(height)) open.iframe.style.height = `${height}px`;
  }

  async _call(frame, { id, name, args }) {
    const call = `call-${++this._number}`;
    this._calls.set(call, { frame, id });
    this.page.busy(1);
    const selection = this.page.selection();
    try {
      await post("call", { frame, call, function: name, arguments: args, selection });
    } catch (error) {
      this.returned({ call, ok: false, error: { name: "Error", message: `NetworkError: ${error.message}` } });
    }
  }
}
