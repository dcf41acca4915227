// What the page asks of its server, and the feed of what happens there.

let session = "";

/** An answer that is not a success; `status` is HTTP's, 0 where nothing answered. */
export class ServerError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function answered(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new ServerError(0, "The stand-in does not answer.");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new ServerError(response.status, body.message || `Status ${response.status}`);
  return body;
}

/** Send something; the answer is an object. */
export function post(path, data = {}) {
  return answered(
    fetch(`/page/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ session, ...data }),
    }),
  );
}

/** Ask for something. */
export function get(path, query = {}) {
  return answered(fetch(`/page/${path}?${new URLSearchParams({ session, ...query })}`));
}

/** Address of a sidebar's or dialog's page. */
export function frameAddress(frame) {
  return `/page/frame?${new URLSearchParams({ session, frame })}`;
}

/** Open the spreadsheet as somebody. */
export async function open(user) {
  const opened = await post("open", { user });
  session = opened.session;
  window.addEventListener("pagehide", () => {
    const body = new Blob([JSON.stringify({ session })], { type: "application/json" });
    navigator.sendBeacon("/page/left", body);
  });
  return opened;
}

/**
 * Follow the feed for good.
 * @param {(event: object, answer: object) => void} onEvent
 * @param {(error: ServerError|null) => void} onState called with an error when the server is gone, with null when it is back
 */
export async function follow(onEvent, onState) {
  let since = 0;
  let gone = false;
  for (;;) {
    try {
      const answer = await get("feed", { since });
      if (gone) onState(null);
      gone = false;
      for (const event of answer.events) {
        since = Math.max(since, event.number);
        onEvent(event, answer);
      }
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      gone = true;
      onState(error);
      if (error.status === 410 || error.status === 403) return;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}
