// The outbox: messages at the left, the chosen one at the right. What a mail holds is shown in a frame without scripts.

const REST_MILLISECONDS = 3000;

const get = (id) => document.getElementById(id);
let known = "";
let chosen = null;

function item(message) {
  const line = document.createElement("li");
  const button = document.createElement("button");
  const subject = document.createElement("strong");
  const about = document.createElement("span");
  button.type = "button";
  subject.textContent = message.subject || "(no subject)";
  about.textContent = `${message.kind} \u00b7 ${new Date(message.at).toLocaleString()} \u00b7 ${message.to.join(", ")}`;
  button.append(subject, about);
  button.setAttribute("aria-current", String(message.number === chosen));
  button.addEventListener("click", () => show(message));
  line.append(button);
  return line;
}

function view(asMail) {
  get("mail").hidden = !asMail;
  get("text").hidden = asMail;
  get("as-mail").setAttribute("aria-pressed", String(asMail));
  get("as-text").setAttribute("aria-pressed", String(!asMail));
}

function show(message) {
  chosen = message.number;
  get("shown").hidden = false;
  get("subject").textContent = message.subject || "(no subject)";
  const from = message.sender ? `from ${message.sender} ` : "";
  get("from").textContent = `${from}to ${message.to.join(", ")}, ${new Date(message.at).toLocaleString()}`;
  get("text").textContent = message.text;
  if (message.hasHtml) get("mail").src = `/page/mail?number=${message.number}`;
  get("as-mail").disabled = !message.hasHtml;
  view(message.hasHtml);
  known = "";
  look();
}

async function look() {
  const answer = await fetch("/page/outbox");
  const { messages } = await answer.json();
  const now = JSON.stringify([messages.length, chosen]);
  if (now === known) return;
  known = now;
  get("messages").replaceChildren(...messages.map(item));
  get("none").hidden = messages.length > 0;
  if (chosen === null && messages.length > 0) show(messages[0]);
}

get("as-mail").addEventListener("click", () => view(true));
get("as-text").addEventListener("click", () => view(false));
look();
setInterval(() => look().catch(() => {}), REST_MILLISECONDS);
