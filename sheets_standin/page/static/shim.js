// google.script for a page of the add-on: stands before its own, unmodified text.
(() => {
  const waiting = new Map();
  let number = 0;
  const send = (message) => window.parent.postMessage(message, "*");

  /** Refuse what google.script.run refuses: everything but plain values, and a form as the only argument. */
  const plain = (value, depth = 0) => {
    if (value === null || value === undefined) return null;
    if (["string", "number", "boolean"].includes(typeof value)) return value;
    if (depth > 50 || typeof value === "function" || value instanceof Date || value instanceof Node) return undefined;
    if (Array.isArray(value)) {
      const items = value.map((item) => plain(item, depth + 1));
      return items.includes(undefined) ? undefined : items;
    }
    const found = {};
    for (const [name, item] of Object.entries(value)) {
      found[name] = plain(item, depth + 1);
      if (found[name] === undefined) return undefined;
    }
    return found;
  };

  const argument = (value, index) => {
    const read = value instanceof HTMLFormElement ? Object.fromEntries(new FormData(value)) : plain(value);
    if (read === undefined) throw new TypeError(`Failed due to illegal value in property: ${index}`);
    return read;
  };

  const runner = (success, failure, object) =>
    new Proxy({}, {
      get(_target, name) {
        if (name === "withSuccessHandler") return (handler) => runner(handler, failure, object);
        if (name === "withFailureHandler") return (handler) => runner(success, handler, object);
        if (name === "withUserObject") return (given) => runner(success, failure, given);
        if (typeof name !== "string" || name === "then") return undefined;
        return (...values) => {
          const id = ++number;
          const args = values.map(argument);
          waiting.set(id, { success, failure, object });
          send({ kind: "call", id, name, args });
        };
      },
    });

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || !event.data || event.data.kind !== "returned") return;
    const { id, ok, value, error } = event.data;
    const call = waiting.get(id);
    if (!call) return;
    waiting.delete(id);
    if (ok) {
      if (call.success) call.success(value, call.object);
      return;
    }
    const thrown = new Error(error.message);
    thrown.name = error.name || "Error";
    if (call.failure) call.failure(thrown, call.object);
    else console.error(thrown);
  });

  /** A link of the page that leads to a place in its own spreadsheet: Google opens it in the window round the page. */
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    const found = link && /^https:\/\/docs\.google\.com\/spreadsheets\/d\/[\w-]+\/edit(#.+)$/.exec(link.href);
    if (!found) return;
    event.preventDefault();
    send({ kind: "go", place: found[1] });
  });

  const script = {
    run: runner(null, null, undefined),
    host: {
      close: () => send({ kind: "close" }),
      setHeight: (height) => send({ kind: "size", height }),
      setWidth: (width) => send({ kind: "size", width }),
      editor: { focus: () => send({ kind: "focus" }) },
      origin: window.location.origin,
    },
  };
  window.google = Object.assign(window.google || {}, { script });
})();
