// Acts that would reach rows which a filter hides are not done.

import { toast } from "./dialogs.js";

const OVER_ROWS = new Set(["clear", "fill", "paste", "pasteCells", "deleteRows"]);

/** Acts but those on several rows of which a filter hides some: they would reach what nobody sees. */
export function sparing(book, act) {
  return (name, data) => {
    const rows = Math.max(data.rows ?? data.count ?? 1, data.texts?.length ?? 1, data.source?.rows ?? 1);
    if (OVER_ROWS.has(name) && rows > 1 && book.hidesAny(data.row ?? data.at, rows)) {
      toast({ text: "Rows that a filter hides lie among these. Choose rows that follow each other, or take the filter away first." });
      return Promise.resolve(null);
    }
    return act(name, data);
  };
}
