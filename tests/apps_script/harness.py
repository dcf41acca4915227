"""The add-on's pages in a browser without a script behind them: `google.script.run` answers from a table.

What the table holds is in the shape that callFromPage answers; what a page asked for is kept in `window.asked`.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

APPS_SCRIPT = Path(__file__).resolve().parents[2] / "apps_script"

_STUB = """
<script>
  window.asked = [];
  window.answers = ANSWERS;
  window.held = [];
  window.closings = 0;
  const runner = (good, bad) => ({
    withSuccessHandler: (handler) => runner(handler, bad),
    withFailureHandler: (handler) => runner(good, handler),
    callFromPage(name, argument) {
      window.asked.push([name, argument]);
      const list = window.answers[name] || [];
      const answer = list.length > 1 ? list.shift() : list[0];
      if (answer === 'hold') { window.held.push(good); return; }
      if (answer && answer.throws !== undefined) { setTimeout(() => bad({ message: answer.throws })); return; }
      setTimeout(() => good(answer === undefined ? null : JSON.parse(JSON.stringify(answer))));
    },
  });
  window.google = { script: { run: runner(), host: { close() { window.closings += 1; } } } };
</script>
"""


def page(name: str, variables: dict[str, str], answers: dict[str, list[Any]]) -> str:
    """Return a page put together as HtmlService does, with the stub before its own scripts.

    Parameters
    ----------
    variables
        What the script gives the template.
    answers
        By call: what it answers, one after the other, the last for ever. "hold" answers when
        `window.held.shift()(answer)` is called; {"throws": text} fails as google.script.run does.
    """
    text = (APPS_SCRIPT / f"{name}.html").read_text(encoding="utf-8")
    text = re.sub(r"<\?!= Sidebar\.include\('([\w.]+)'\) \?>", lambda match: _included(match[1]), text)
    text = re.sub(
        r"<\?= say\('((?:[^'\\]|\\.)*)'\) \?>", lambda match: html.escape(match[1].replace("\\'", "'")), text
    )
    text = text.replace("<?= Texts.language() ?>", "en").replace("<?!= Texts.ofPage() ?>", "{}")
    text = re.sub(r"<\?= (\w+) \?>", lambda match: html.escape(variables[match[1]]), text)
    assert "<?" not in text
    return text.replace(
        "<head>", "<head>" + _STUB.replace("ANSWERS", json.dumps(answers).replace("<", "\\u003c")), 1
    )


def _included(name: str) -> str:
    return (APPS_SCRIPT / f"{name}.html").read_text(encoding="utf-8")


def ok(value: Any) -> dict[str, Any]:
    """Return a good answer."""
    return {"ok": True, "value": value}


def problem(**fields: Any) -> dict[str, Any]:
    """Return a bad answer."""
    fields_of_problem = {
        "kind": "outside",
        "title": "Google Sheets does not answer as it should",
        "detail": "Google Sheets does not answer.",
        "hint": "Nothing is lost: rows wait, and are scored at the next edit or within the hour.",
        "status": 503,
        "retryable": True,
        "retryAfterSeconds": 0,
    }
    return {"ok": False, "problem": fields_of_problem | fields}
