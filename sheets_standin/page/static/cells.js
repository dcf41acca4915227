// One cell's node: its text, its look, its links and what is wrong with it.

import { nameOf, textOf } from "./book.js";
import { ROW_HEIGHT, widthOf } from "./rows.js";

const UPRIGHT = { top: "flex-start", middle: "center" };

export function made(tag, className, parent) {
  const node = document.createElement(tag);
  node.className = className;
  if (parent) parent.append(node);
  return node;
}

/** Look of a cell: what differs from the usual. */
export function lookOf(cell) {
  return (cell && typeof cell === "object" && cell.f) || {};
}

/** An empty node for a cell, that tests and the keyboard find. */
export function emptyCell(row, column) {
  const node = made("div", "cell");
  node.id = `cell-${row}-${column}`;
  node.setAttribute("role", "gridcell");
  node.setAttribute("aria-colindex", String(column + 1));
  node.dataset.cell = nameOf({ row, column, rows: 1, columns: 1 });
  node.dataset.row = String(row);
  node.dataset.column = String(column);
  return node;
}

/**
 * Fill a cell's node.
 * @param {object} size width and height; roomFor(needed) is the width that a long text may take over the empty
 *   cells beside it, 0 where there is none
 */
export function fillCell(node, cell, { height, roomFor }) {
  const look = lookOf(cell);
  const kind = typeof cell === "number" ? "n" : typeof cell === "object" ? cell.k || "" : "";
  if (kind) node.classList.add(`kind-${kind}`);
  if (typeof cell === "object") dress(node, cell, look);
  const text = textOf(cell);
  const isLong = !kind && !look.w && (!look.h || look.h === "left") && !text.includes("\n");
  const room = isLong && text ? roomFor(widthOf(text, look) + 7) : 0;
  const isPlain = !room && height <= ROW_HEIGHT && !cell.r && !cell.a;
  if (isPlain) {
    node.textContent = text;
    return;
  }
  if (height > ROW_HEIGHT) {
    node.classList.add("high");
    node.style.justifyContent = UPRIGHT[look.v] || "flex-end";
  }
  const holder = made("span", room ? "spill" : "text", node);
  if (room) {
    holder.style.maxWidth = `${room}px`;
    if (look.bg) holder.style.backgroundColor = look.bg;
  }
  holder.append(...pieces(text, cell));
}

function dress(node, cell, look) {
  letters(node, look);
  if (look.w) node.classList.add(look.w === "wrap" ? "wrap" : "clip");
  if (look.h) node.style.textAlign = look.h;
  if (look.bg) {
    node.style.backgroundColor = look.bg;
    node.style.borderColor = look.bg;
  }
  const told = [cell.n, cell.w && `Invalid: ${cell.w}`].filter(Boolean).join("\n");
  if (cell.n) node.classList.add("noted");
  if (cell.w) {
    node.classList.add("wrong");
    node.setAttribute("aria-invalid", "true");
  }
  if (told) node.setAttribute("aria-description", told);
}

function letters(node, look) {
  if (look.b) node.classList.add("bold");
  if (look.i) node.classList.add("italic");
  if (look.u && look.s) node.classList.add("underline-strike");
  else if (look.u) node.classList.add("underline");
  else if (look.s) node.classList.add("strike");
  if (look.fg) node.style.color = look.fg;
  if (look.z) node.style.fontSize = `${look.z}pt`;
  if (look.ff) node.style.fontFamily = `"${look.ff}", Arial, sans-serif`;
}

/** The parts of a text that look different or lead somewhere. */
function pieces(text, cell) {
  const runs = cell.r || [];
  const starts = [0, ...runs.map(([start]) => start).filter((start) => start > 0), text.length];
  return starts.slice(0, -1).map((start, index) => {
    const run = runs.findLast(([from]) => from <= start);
    const look = run ? run[1] : {};
    const piece = document.createElement("span");
    piece.textContent = text.slice(start, starts[index + 1]);
    const address = look.a || cell.a;
    if (address) {
      piece.className = "link";
      piece.dataset.leads = address;
      piece.setAttribute("role", "link");
    }
    letters(piece, look);
    return piece;
  });
}

/** Draw the borders of a cell: its own, and those its neighbours below and to the right have towards it. */
export function drawBorders(node, look, below, right) {
  const own = look.o || {};
  const sides = { Bottom: own.b || (below.o || {}).t, Right: own.r || (right.o || {}).l, Top: own.t, Left: own.l };
  for (const [side, line] of Object.entries(sides)) {
    if (!line) continue;
    const [width, style, colour] = line;
    // Above and to the left a line lies on the neighbour's edge, as it does in Sheets.
    if (side === "Bottom" || side === "Right") node.style[`border${side}`] = `${width}px ${style} ${colour}`;
    else if (node.dataset[side === "Top" ? "row" : "column"] === "0") node.style[`border${side}`] = `${width}px ${style} ${colour}`;
  }
}
