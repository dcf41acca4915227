// The spreadsheet page: puts its parts together.

import { follow, open, post } from "./api.js";
import { Book, numberOf, textOf } from "./book.js";
import { Calls } from "./calls.js";
import { Charts } from "./charts.js";
import { Clipboard } from "./clipboard.js";
import { Commands } from "./commands.js";
import { alertBox, consentBox, failure, modal, promptBox, toast } from "./dialogs.js";
import { Editor } from "./editor.js";
import { Filters } from "./filters.js";
import { Frames } from "./frames.js";
import { Grid } from "./grid.js";
import { showHint, showLoaded, showProgress } from "./hint.js";
import { listenForFiles } from "./files.js";
import { Links } from "./links.js";
import { noteTips } from "./notes.js";
import { People } from "./people.js";
import { Selection } from "./selection.js";
import { sparing } from "./sparing.js";
import { Tabs } from "./tabs.js";

const byId = (id) => document.getElementById(id);
const CONFIRMED_MS = 5 * 60 * 1000;

async function start() {
  const user = new URLSearchParams(location.search).get("user") || "";
  const opened = await open(user);
  const book = new Book(opened);
  byId("title").textContent = book.title;
  document.title = `${book.title} (local stand-in for Google Sheets)`;
  document.body.classList.toggle("view-only", !book.canEdit);

  const work = new Work(byId("status"), book);
  const grid = new Grid(byId("sheet"), book);
  const selection = new Selection(grid, book);
  const refocus = () => grid.root.focus({ preventScroll: true });
  const act = sparing(book, acting(book, work));
  const type = (row, column, text) => {
    book.anticipate(row, column, text);
    return act("type", { sheet: book.current, row, column, rows: 1, columns: 1, text });
  };
  const editor = new Editor({ grid, book, selection, bar: byId("formula-bar") }, type);
  const tell = (text) => toast({ title: "", text });
  const clipboard = new Clipboard({ grid, book, selection, editor, act, tell });
  const tabs = new Tabs({ book, selection, act, refocus });
  const people = new People(book);
  const calls = new Calls(byId("calls"), opened.controls, book.canEdit);
  for (const call of opened.calls) calls.add({ ...call, reads: "", writes: "" }, true);
  const sent = () => selectionOf(selection);
  const frames = new Frames(byId("sidebar"), { busy: (step) => work.script(step), refocus, selection: sent });
  const files = listenForFiles({ book, act, work, onLoaded: (rows) => loaded(rows) });
  const choose = (name) => {
    work.chosen();
    post("choose", { function: name, selection: sent() }).catch((error) => failure(error.message));
  };
  const filters = new Filters({ grid, book, selection, tabs, act, tell, refocus });
  const links = new Links({ grid, book, selection, tabs, filters, tell, refocus });
  const commands = new Commands({ grid, book, selection, editor, clipboard, tabs, frames, calls, links, filters, act, choose, files, refocus });
  noteTips(grid, selection, book);
  new Charts({ grid, book, act, refocus });

  const loaded = (rows) => {
    const training = book.tabCalled("Training_Data");
    if (training) tabs.show(training.id);
    showLoaded(byId("hint"), book, rows);
    const check = commands.addOnItem("Check my data");
    if (check) choose(check.function);
  };

  nameBox(selection, editor, refocus);
  jumpBox(selection, book, refocus);
  telling(book, selection);
  selection.subscribe(later(120, () => post("select", { selection: sent() }).catch(() => {})));

  const welcome = () => {
    const tab = opened.welcome && book.tabCalled(opened.welcome.tab);
    if (!tab) return;
    tabs.show(tab.id);
    if (!book.canEdit) return;
    showHint(byId("hint"), opened.welcome, (example) => typeExample(example, { book, selection, tabs, act, welcome: opened.welcome }));
    selection.go(tab.frozenRows, 0);
  };
  const prepare = (state) => {
    if (state) {
      showProgress(byId("hint"), state);
      return;
    }
    byId("hint").hidden = true;
    welcome();
  };
  selection.show(book.tab.id);
  grid.draw();
  prepare(opened.preparing);
  filters.followHash();
  refocus();

  const shown = {
    menu: (event) => commands.setAddOn(event),
    toast,
    sidebar: (event) => frames.showSidebar(event),
    dialog: (event) => frames.showDialog(event),
    close: (event) => frames.close(event.frame),
    alert: (event) => answering(event, alertBox(event)),
    prompt: (event) => answering(event, promptBox(event)),
    consent: (event) => answering(event, consentBox({ ...event, me: book.me })),
    activate: (event) => activate(event),
    failed: (event) => failure(event.text),
    open: (event) => openLink(event.url),
    returned: (event) => frames.returned(event),
    preparing: (event, answer) => {
      book.update(answer);
      prepare(event.state);
    },
    running: (event) => work.running(event),
    google: (event) => calls.add(event.call),
    controls: (event) => calls.controls(event.state),
    people: (event) => {
      book.people = event.people;
      people.draw(event.here);
    },
    changed: (_event, answer) => book.update(answer),
  };
  const activate = (event) => {
    if (event.sheetId !== undefined) tabs.show(event.sheetId);
    if (event.row !== undefined) selection.select(event);
  };
  follow(
    (event, answer) => shown[event.kind]?.(event, answer),
    (error) => connection(error, book),
  );
}

async function answering(event, box) {
  const value = await box;
  byId("sheet").focus({ preventScroll: true });
  await post("answer", { question: event.question, value }).catch(() => {});
}

function openLink(url) {
  const link = document.createElement("a");
  link.href = url;
  link.textContent = url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  modal({ title: "Open a link", content: [link], buttons: [["OK", "Close"]] });
}

/** Acts on the server, one after the other as they were done: asks where a protection warns, and says what was refused. */
function acting(book, work) {
  let confirmedUntil = 0;
  let last = Promise.resolve();
  const act = async (name, data) => {
    try {
      let answer = await post("act", { act: name, confirmed: Date.now() < confirmedUntil, ...data });
      if (answer.confirm) {
        const again = document.createElement("label");
        again.className = "box-check";
        const box = document.createElement("input");
        box.type = "checkbox";
        again.append(box, " Don't show this again for 5 minutes");
        const text = document.createElement("p");
        text.className = "box-text";
        text.textContent = answer.confirm;
        const chosen = await modal({ title: "Heads up!", content: [text, again], buttons: [["OK", "OK"], ["CANCEL", "Cancel"]] });
        document.getElementById("sheet").focus({ preventScroll: true });
        if (chosen !== "OK") {
          book.distrust();
          return null;
        }
        if (box.checked) confirmedUntil = Date.now() + CONFIRMED_MS;
        answer = await post("act", { act: name, ...data, confirmed: true });
      }
      if (!answer.ok) {
        book.distrust();
        const notes = { title: "There was a problem", text: answer.message, buttons: "OK" };
        if (name === "undo" || name === "redo") toast({ text: answer.message });
        else {
          await alertBox(notes);
          document.getElementById("sheet").focus({ preventScroll: true });
        }
        return null;
      }
      book.update(answer);
      return answer;
    } catch (error) {
      book.distrust();
      failure(`That was not saved. ${error.message}`);
      return null;
    } finally {
      work.saving(-1);
    }
  };
  return (name, data) => {
    work.saving(1);
    const next = () => act(name, data);
    last = last.then(next, next);
    return last;
  };
}

/** What goes on, in the title bar. */
class Work {
  constructor(node, book) {
    Object.assign(this, { node, book, acts: 0, scripts: 0, background: 0 });
    this.draw();
  }

  saving(step) {
    this.acts += step;
    this.draw();
  }

  script(step) {
    this.scripts += step;
    this.draw();
  }

  chosen() {
    this._chosen = true;
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this._chosen = false;
      this.draw();
    }, 1200);
    this.draw();
  }

  running(event) {
    this.background = event.count;
    this.draw();
  }

  draw() {
    const isWorking = this.scripts > 0 || this.background > 0 || this._chosen;
    const text = this.acts > 0 ? "Saving…" : isWorking ? "Working…" : this.book.canEdit ? "Saved on this machine" : "View only";
    if (this.node.textContent !== text) this.node.textContent = text;
    this.node.classList.toggle("working", isWorking || this.acts > 0);
  }
}

function selectionOf(selection) {
  const { sheet, ...area } = selection.sent;
  return { sheet_id: sheet, ...area };
}

function later(milliseconds, run) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, milliseconds);
  };
}

function nameBox(selection, editor, refocus) {
  const box = byId("name-box");
  const show = () => {
    if (document.activeElement !== box) box.value = selection.name;
  };
  selection.subscribe(show);
  box.addEventListener("focus", () => box.select());
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      if (!selection.named(box.value)) toast({ text: `${box.value} is no range of this spreadsheet.` });
      refocus();
    } else if (event.key === "Escape") refocus();
  });
  box.addEventListener("blur", show);
  show();
}

function jumpBox(selection, book, refocus) {
  const field = byId("jump-row");
  byId("jump").addEventListener("submit", (event) => {
    event.preventDefault();
    const row = Number(field.value.replaceAll(/[\s,.]/g, ""));
    if (!Number.isInteger(row) || row < 1 || row > book.tab.rows) {
      toast({ text: `${book.tab.title} has rows 1 to ${book.figure(book.tab.rows)}.` });
      return;
    }
    selection.go(Math.max(0, row - 1 - 5), selection.column);
    selection.go(row - 1, selection.column);
    field.value = "";
    refocus();
  });
}

/** Sum and count of what is selected, as Sheets tells them in the corner. */
function telling(book, selection) {
  const output = byId("summary");
  const draw = () => {
    const { row, column, rows, columns } = selection.area;
    const { tab } = book;
    const size = `${book.figure(tab.rows)} rows`;
    if (rows * columns < 2 || rows * columns > 20000) {
      output.textContent = size;
      return;
    }
    let sum = 0;
    let numbers = 0;
    let filled = 0;
    for (let r = row; r < row + rows; r++) {
      if (book.hides(r)) continue;
      for (let c = column; c < column + columns; c++) {
        const cell = book.cell(r, c);
        if (cell === undefined) {
          output.textContent = size; // rows that are not loaded would be missing from the sum
          return;
        }
        if (textOf(cell) === "") continue;
        filled++;
        const value = numberOf(cell);
        if (Number.isFinite(value)) {
          sum += value;
          numbers++;
        }
      }
    }
    if (!filled) output.textContent = size;
    else if (!numbers) output.textContent = `Count: ${filled}`;
    else output.textContent = `Sum: ${book.figure(sum, 2)} · Count: ${filled}`;
  };
  selection.subscribe(draw);
  book.subscribe(draw);
  draw();
}

async function typeExample(example, { book, selection, tabs, act, welcome }) {
  const tab = book.tabCalled(welcome.tab);
  if (!tab) return;
  tabs.show(tab.id);
  const answer = await act("append", { sheet: tab.id, texts: [example] });
  if (answer) selection.go(answer.area[0], 0);
}

function connection(error, book) {
  const banner = byId("banner");
  if (!error) {
    banner.hidden = true;
    book.distrust();
    return;
  }
  const told = {
    0: "The stand-in does not answer. Your page tries again by itself.",
    403: error.message,
    410: "The stand-in was started again.",
  };
  const text = document.createElement("span");
  text.textContent = told[error.status] || error.message;
  banner.replaceChildren(text);
  if (error.status === 410) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Load the page anew";
    button.addEventListener("click", () => location.reload());
    banner.append(button);
  }
  banner.hidden = false;
}

start().catch((error) => {
  const banner = byId("banner");
  banner.textContent = error.message;
  banner.hidden = false;
  if (!(error instanceof Error) || !("status" in error)) throw error;
});

