"""Ui: menus, alerts, prompts, dialogs and the sidebar."""

from __future__ import annotations

import secrets
from typing import Any

from sheets_standin.runtime.execution import Execution
from sheets_standin.runtime.services.html import HtmlOutputObject
from sheets_standin.runtime.sessions import Session
from sheets_standin.runtime.wire import Enumerated, ScriptError, ServiceObject

DIALOG_WIDTH, DIALOG_HEIGHT = 600, 450
OK = Enumerated("ButtonSet", "OK")


class UiObject(ServiceObject):
    """What a script shows to the person at the page."""

    js = "Ui"

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        assert execution.run.session is not None
        self._session: Session = execution.run.session

    def createMenu(self, title: str) -> MenuObject:
        return MenuObject(self._session, title)

    def createAddonMenu(self) -> MenuObject:
        return MenuObject(self._session, self._execution.script.name)

    def alert(self, *given: Any) -> Enumerated:
        answer = self._asked("alert", given)
        return Enumerated("Button", str(answer or "CLOSE"))

    def prompt(self, *given: Any) -> PromptObject:
        answer = self._asked("prompt", given, OK) or {}
        return PromptObject(str(answer.get("button", "CLOSE")), str(answer.get("text", "")))

    def showSidebar(self, page: HtmlOutputObject) -> None:
        frame = secrets.token_urlsafe(9)
        self._session.feed.add("sidebar", frame=frame, title=page.title or "", html=page.content)

    def showModalDialog(self, page: HtmlOutputObject, title: str) -> None:
        self._dialog(page, title, modal=True)

    def showModelessDialog(self, page: HtmlOutputObject, title: str) -> None:
        self._dialog(page, title, modal=False)

    def _dialog(self, page: HtmlOutputObject, title: str, *, modal: bool) -> None:
        self._session.feed.add(
            "dialog",
            frame=secrets.token_urlsafe(9),
            title=title,
            html=page.content,
            width=page.width or DIALOG_WIDTH,
            height=page.height or DIALOG_HEIGHT,
            modal=modal,
        )

    def _asked(self, kind: str, given: tuple[Any, ...], buttons: Enumerated = OK) -> Any:
        texts = [argument for argument in given if isinstance(argument, str)]
        chosen = next((argument for argument in given if isinstance(argument, Enumerated)), buttons)
        title, text = (texts[0], texts[1]) if len(texts) > 1 else ("", texts[0])
        return self._execution.wait(
            lambda: self._session.ask(kind, title=title, text=text, buttons=chosen.name)
        )


class PromptObject(ServiceObject):
    """What a person answered to a prompt."""

    js = "PromptResponse"

    def __init__(self, button: str, text: str) -> None:
        self._button, self._text = button, text

    def getSelectedButton(self) -> Enumerated:
        return Enumerated("Button", self._button)

    def getResponseText(self) -> str:
        return self._text


class MenuObject(ServiceObject):
    """A menu that is being built."""

    js = "Menu"

    def __init__(self, session: Session, title: str) -> None:
        self._session = session
        self.title = title
        self.items: list[dict[str, Any]] = []

    def addItem(self, label: str, function: str) -> MenuObject:
        self.items.append({"label": label, "function": function})
        return self

    def addSeparator(self) -> MenuObject:
        self.items.append({"separator": True})
        return self

    def addSubMenu(self, menu: MenuObject) -> MenuObject:
        self.items.append({"label": menu.title, "items": menu.items})
        return self

    def addToUi(self) -> None:
        if not self.items:
            raise ScriptError("A menu must have at least one item.")
        self._session.feed.add("menu", title=self.title, items=self.items)
