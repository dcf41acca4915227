// Alerts, prompts, consent, toasts: as Sheets shows them, with text alone.

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

const LABELS = { OK: "OK", CANCEL: "Cancel", YES: "Yes", NO: "No" };
const BUTTONS = {
  OK: ["OK"],
  OK_CANCEL: ["OK", "CANCEL"],
  YES_NO: ["YES", "NO"],
  YES_NO_CANCEL: ["YES", "NO", "CANCEL"],
};

/**
 * Show a modal box.
 * @param {{title: string, className?: string, content: Node[], buttons: Array<[string, string]>, closing?: unknown}} box
 * @return {Promise<unknown>} the name of the button, or `closing`
 */
export function modal({ title, className = "", content, buttons, closing = "CLOSE", focus }) {
  return new Promise((resolve) => {
    const dialog = element("dialog", `box ${className}`);
    const heading = element("h2", "box-title", title);
    const head = element("div", "box-head");
    const cross = element("button", "cross", "×");
    cross.type = "button";
    cross.setAttribute("aria-label", "Close");
    head.append(heading, cross);
    const row = element("div", "box-buttons");
    const end = (value) => {
      dialog.close();
      dialog.remove();
      resolve(value);
    };
    buttons.forEach(([name, label], index) => {
      const button = element("button", index === 0 ? "primary" : "plain", label);
      button.type = "button";
      button.dataset.button = name;
      button.addEventListener("click", () => end(name));
      row.append(button);
    });
    cross.addEventListener("click", () => end(closing));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      end(closing);
    });
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    dialog.setAttribute("aria-label", title || "Message");
    dialog.append(head, ...content, row);
    document.body.append(dialog);
    dialog.showModal();
    (focus || row.querySelector("button")).focus();
  });
}

/** A script's alert. */
export function alertBox({ title, text, buttons }) {
  const names = BUTTONS[buttons] || BUTTONS.OK;
  return modal({
    title: title || "",
    content: [element("p", "box-text", text || "")],
    buttons: names.map((name) => [name, LABELS[name]]),
  });
}

/** A script's prompt; the answer holds button and text. */
export async function promptBox({ title, text, buttons }) {
  const names = BUTTONS[buttons] || BUTTONS.OK;
  const field = element("input", "box-field");
  field.setAttribute("aria-label", text || title || "Answer");
  const button = await modal({
    title: title || "",
    content: [element("p", "box-text", text || ""), field],
    buttons: names.map((name) => [name, LABELS[name]]),
    focus: field,
  });
  return { button, text: field.value };
}

/** The question whether the add-on may do what its scopes say. */
export async function consentBox({ scopes, me }) {
  const list = element("ul", "scopes");
  for (const scope of scopes) {
    const line = element("li", "", scope.text);
    line.title = scope.scope;
    list.append(line);
  }
  const answer = await modal({
    title: "Audience Targeting wants access to your Google Account",
    className: "consent",
    content: [
      element("p", "box-account", me),
      element("p", "box-text", "This will allow Audience Targeting to:"),
      list,
      element("p", "box-small", "Then choose the menu item again: Google does not carry the choice over this consent."),
      element("p", "box-small", "The local stand-in asks as Google would. Nothing leaves this machine."),
    ],
    buttons: [
      ["ALLOW", "Allow"],
      ["CANCEL", "Cancel"],
    ],
  });
  return answer === "ALLOW";
}

/** Ask before something protected or final is done. */
export async function confirmBox(title, text, label = "OK") {
  const answer = await modal({
    title,
    content: [element("p", "box-text", text)],
    buttons: [
      ["OK", label],
      ["CANCEL", "Cancel"],
    ],
  });
  return answer === "OK";
}

/** A message in the corner; it goes away by itself, or when the next one comes. */
export function toast({ title, text, seconds = 5 }) {
  const card = element("div", "toast");
  const words = element("div", "toast-words");
  if (title) words.append(element("strong", "", title));
  words.append(element("span", "", text || ""));
  const cross = element("button", "cross", "×");
  cross.type = "button";
  cross.setAttribute("aria-label", "Dismiss");
  cross.addEventListener("click", () => card.remove());
  card.append(words, cross);
  const root = document.getElementById("toasts");
  root.replaceChildren(card);
  if (seconds >= 0) setTimeout(() => card.remove(), 1000 * seconds);
}

/** What a script ran into, as Sheets shows it: on top, until it is dismissed. */
export function failure(text) {
  const banner = element("div", "failure");
  banner.setAttribute("role", "alert");
  const cross = element("button", "plain", "Dismiss");
  cross.type = "button";
  cross.addEventListener("click", () => banner.remove());
  banner.append(element("span", "", text), cross);
  document.querySelectorAll(".failure").forEach((node) => node.remove());
  document.body.append(banner);
}
