"""HtmlService: pages of the project, and templates with scriptlets."""

from __future__ import annotations

import json
import re
from typing import Any

from sheets_standin.runtime.execution import Execution
from sheets_standin.runtime.services.blob import BlobObject
from sheets_standin.runtime.wire import Enumerated, NotSupported, ScriptError, ServiceObject

_SCRIPTLET = re.compile(r"<\?(!?=)?(.*?)\?>", re.DOTALL)
_ELEMENT = re.compile(r"<(/?)(script|style)\b", re.IGNORECASE)


def compiled(template: str) -> str:
    """Return the JavaScript that writes a template's text, with its scriptlets in their places.

    >>> print(compiled("<p><?= name ?></p>"))
    output_.raw("<p>");
    output_.safe( name );
    output_.raw("</p>");
    """
    lines, at, is_inside = [], 0, False
    for match in _SCRIPTLET.finditer(template):
        before = template[at : match.start()]
        for element in _ELEMENT.finditer(before):
            is_inside = not element[1]
        if before:
            lines.append(f"output_.raw({json.dumps(before)});")
        code = match[2].rstrip().rstrip(";")
        if match[1] == "=":
            if is_inside:
                raise NotSupported(
                    "<?= inside <script> or <style>, where Google escapes by context; use <?!="
                )
            lines.append(f"output_.safe({code} );")
        elif match[1] == "!=":
            lines.append(f"output_.raw({code} );")
        else:
            lines.append(match[2])
        at = match.end()
    if template[at:]:
        lines.append(f"output_.raw({json.dumps(template[at:])});")
    return "\n".join(lines)


class HtmlService(ServiceObject):
    """HtmlService."""

    js = "HtmlService"

    def __init__(self, execution: Execution) -> None:
        self._pages = execution.script.project.pages

    def createHtmlOutput(self, text: Any = "") -> HtmlOutputObject:
        return HtmlOutputObject(text.getDataAsString() if isinstance(text, BlobObject) else text)

    def createHtmlOutputFromFile(self, name: str) -> HtmlOutputObject:
        return HtmlOutputObject(self._page(name))

    def createTemplate(self, text: Any) -> HtmlTemplateObject:
        return HtmlTemplateObject(text.getDataAsString() if isinstance(text, BlobObject) else text)

    def createTemplateFromFile(self, name: str) -> HtmlTemplateObject:
        return HtmlTemplateObject(self._page(name))

    def _page(self, name: str) -> str:
        page = self._pages.get(name.removesuffix(".html"))
        if page is None:
            raise ScriptError(f"No HTML file named {name} was found.")
        return page


class HtmlOutputObject(ServiceObject):
    """A page that can be shown."""

    js = "HtmlService.HtmlOutput"

    def __init__(self, content: str) -> None:
        self.content = content
        self.title: str | None = None
        self.width: int | None = None
        self.height: int | None = None

    def getContent(self) -> str:
        return self.content

    def getTitle(self) -> str | None:
        return self.title

    def getWidth(self) -> int | None:
        return self.width

    def getHeight(self) -> int | None:
        return self.height

    def setContent(self, content: str) -> HtmlOutputObject:
        self.content = content
        return self

    def append(self, text: str) -> HtmlOutputObject:
        self.content += text
        return self

    def appendUntrusted(self, text: str) -> HtmlOutputObject:
        signs = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
        return self.append("".join(signs.get(sign, sign) for sign in text))

    def clear(self) -> HtmlOutputObject:
        self.content = ""
        return self

    def setTitle(self, title: str) -> HtmlOutputObject:
        self.title = title
        return self

    def setWidth(self, width: int) -> HtmlOutputObject:
        self.width = width
        return self

    def setHeight(self, height: int) -> HtmlOutputObject:
        self.height = height
        return self

    def setSandboxMode(self, _mode: Enumerated) -> HtmlOutputObject:
        return self  # every page is shown in an iframe, at Google too

    def setXFrameOptionsMode(self, _mode: Enumerated) -> HtmlOutputObject:
        return self  # it is about web apps alone

    def addMetaTag(self, _name: str, _content: str) -> HtmlOutputObject:
        return self  # it is about web apps alone

    def asTemplate(self) -> HtmlTemplateObject:
        return HtmlTemplateObject(self.content)

    def getBlob(self) -> BlobObject:
        return BlobObject(self.content.encode(), "text/html")


class HtmlTemplateObject(ServiceObject):
    """A template; globals.js evaluates what getCode gives, with what the script has set on it."""

    js = "HtmlService.HtmlTemplate"

    def __init__(self, text: str) -> None:
        self._text = text

    def getRawContent(self) -> str:
        return self._text

    def getCode(self) -> str:
        return compiled(self._text)
