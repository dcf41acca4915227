// Notes and data-validation warnings: beside the cell that the mouse is over, or that is active.

export function noteTips(grid, selection, book) {
  const tip = document.createElement("div");
  tip.className = "note-tip";
  tip.id = "note-tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  document.body.append(tip);
  let shownFor = "";

  function show(row, column) {
    const cell = book.cell(row, column);
    const node = grid.node(row, column);
    const note = cell && typeof cell === "object" ? cell.n : "";
    const wrong = cell && typeof cell === "object" ? cell.w : "";
    if (!node || (!note && !wrong)) {
      tip.hidden = true;
      shownFor = "";
      return;
    }
    const key = `${book.current}/${row}/${column}/${note}/${wrong}`;
    if (key !== shownFor) {
      const lines = [];
      if (wrong) {
        const line = document.createElement("p");
        const head = document.createElement("strong");
        head.textContent = "Invalid: ";
        line.append(head, wrong);
        lines.push(line);
      }
      if (note) {
        const line = document.createElement("p");
        line.textContent = note;
        lines.push(line);
      }
      tip.replaceChildren(...lines);
      shownFor = key;
    }
    tip.hidden = false;
    const box = node.getBoundingClientRect();
    const own = tip.getBoundingClientRect();
    const right = box.right + 4;
    tip.style.left = `${right + own.width < window.innerWidth ? right : Math.max(4, box.left - own.width - 4)}px`;
    tip.style.top = `${Math.max(4, Math.min(box.top, window.innerHeight - own.height - 40))}px`;
  }

  grid.root.addEventListener("mousemove", (event) => {
    if (event.buttons) return;
    const { row, column } = grid.at(event.clientX, event.clientY);
    show(row, column);
  });
  grid.root.addEventListener("mouseleave", () => show(selection.row, selection.column));
  grid.root.addEventListener("scroll", () => (tip.hidden = true), { passive: true });
  let last = "";
  const active = () => {
    const key = `${book.current}/${selection.row}/${selection.column}`;
    const cell = book.cell(selection.row, selection.column);
    const told = key + JSON.stringify(cell && typeof cell === "object" ? [cell.n, cell.w] : null);
    if (told === last) return;
    last = told;
    requestAnimationFrame(() => show(selection.row, selection.column));
  };
  selection.subscribe(active);
  book.subscribe(active);
}
