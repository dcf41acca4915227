// Where to begin: a strip above the cells, with an example that types itself on request.

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/**
 * Show the hint.
 * @param {HTMLElement} root
 * @param {{text: string, headers: string[], examples: string[][], tab: string}} welcome
 * @param {(example: string[]) => void} type
 */
export function showHint(root, welcome, type) {
  const words = element("p", "hint-words");
  words.append(element("strong", "", "Start here. "), document.createTextNode(welcome.text));
  const list = element("div", "examples");
  welcome.examples.forEach((example) => {
    const button = element("button", "example");
    button.type = "button";
    button.title = "Type this row for me";
    example.forEach((value, index) => {
      const pair = element("span", "pair");
      pair.append(element("span", "pair-name", welcome.headers[index]), element("span", "pair-value", value));
      button.append(pair);
    });
    button.addEventListener("click", () => type(example));
    list.append(button);
  });
  root.replaceChildren(words, list, cross(root));
  root.hidden = false;
}

function cross(root) {
  const button = element("button", "cross", "×");
  button.type = "button";
  button.setAttribute("aria-label", "Dismiss the hint");
  button.addEventListener("click", () => (root.hidden = true));
  return button;
}

/**
 * Say what is to be done after somebody's own data were loaded: until a retrain, all results are of the data before.
 * @param {HTMLElement} root
 * @param {import("./book.js").Book} book
 * @param {number} rows that were loaded
 */
export function showLoaded(root, book, rows) {
  const models = () => Math.max(0, (book.tabCalled("Model")?.held ?? 0) - 1);
  const before = models();
  const told = before
    ? "The segments and the model are still those of the data before. See in the sidebar whether your columns were " +
      "understood and press All right; then press Retrain there: that makes the segments anew, from your rows."
    : "See in the sidebar whether your columns were understood, then have your customers segmented there.";
  const words = element("p", "hint-words");
  words.append(element("strong", "", `${book.figure(rows)} ${rows === 1 ? "row is" : "rows are"} in Training_Data. `), document.createTextNode(told));
  root.replaceChildren(words, cross(root));
  root.hidden = false;
  const isShown = () => words.isConnected && !root.hidden;
  book.subscribe((what) => {
    if (what === "tabs" && isShown() && models() > before) root.hidden = true;
  });
}

/**
 * Show what is being prepared, and how far it is.
 * @param {HTMLElement} root
 * @param {{text: string, fraction: number|null}} state
 */
export function showProgress(root, { text, fraction }) {
  let bar = root.querySelector("progress");
  let words = root.querySelector(".hint-words");
  if (!bar) {
    words = element("p", "hint-words");
    bar = element("progress", "hint-progress");
    bar.max = 1;
    bar.setAttribute("aria-label", "Getting the example ready");
    root.replaceChildren(words, bar);
  }
  words.replaceChildren(element("strong", "", "Getting the example ready. "), document.createTextNode(text));
  if (fraction === null) bar.removeAttribute("value");
  else bar.value = fraction;
  root.hidden = false;
}
