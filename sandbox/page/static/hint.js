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
  const cross = element("button", "cross", "×");
  cross.type = "button";
  cross.setAttribute("aria-label", "Dismiss the hint");
  cross.addEventListener("click", () => (root.hidden = true));
  root.replaceChildren(words, list, cross);
  root.hidden = false;
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
