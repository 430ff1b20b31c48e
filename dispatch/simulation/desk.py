"""The simulated dispatcher, if it is asked for: what a person at the desk does, by the desk's forms."""

import asyncio
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html.parser import HTMLParser

from dispatch.simulation.run import Run
from dispatch.simulation.site import Browser

LOOKS_AFTER_S, LEAST_S = (40.0, 100.0), 1.0
AT_ONCE = 2
_NOBODY_ON_IT = ("reopened", "received", "acknowledged")
_IN_QUEUE = re.compile(r'data-row="(\w+)"')


class _Fields(HTMLParser):
    """The hidden fields of a form and the values of its buttons, all that is named."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("input", "button") and given.get("name"):
            self.found.setdefault(given["name"] or "", []).append(given.get("value") or "")


@dataclass
class Dispatcher:
    """Sends the likeliest of the simulated crews, and merges what was told twice."""

    run: Run
    district: str
    crews: Collection[str]
    browser: Browser
    _seen: set[str] = field(default_factory=set)

    @classmethod
    async def sign_in(
        cls, run: Run, district: str, email: str, crews: Collection[str]
    ) -> "Dispatcher | None":
        browser = Browser(run.site)
        if not await browser.sign_in(email, run.wishes.password):
            return None
        return cls(run, district, crews, browser)

    async def work(self) -> None:
        """Until it is cancelled: looks at the queue, and takes what leads it."""
        while True:
            looks_after_s = self.run.random.uniform(*LOOKS_AFTER_S) / self.run.wishes.speed
            await asyncio.sleep(max(LEAST_S, looks_after_s))
            waiting = [code for status in _NOBODY_ON_IT for code in await self._list(status)]
            for code in waiting[:AT_ONCE]:
                self._seen.add(code)
                await self._decide(f"{code[:3]}-{code[3:]}")

    async def _list(self, status: str) -> list[str]:
        """Codes of the queue's first page that were not decided yet."""
        page = await self.browser.get(f"/desk/?district={self.district}&tab=all&status={status}&part=rows")
        return [code for code in _IN_QUEUE.findall(page.text) if code not in self._seen]

    async def _decide(self, code: str) -> None:
        placed = self.run.told.get(code)
        if placed and placed.told.double_of:
            await self._merge(code, placed.told.double_of)
        else:
            await self._assign(code)

    async def _merge(self, code: str, original: str) -> None:
        if await self._send(code, "merge", code=original):
            self._say(f"merged {code} with {original}", "merged")

    async def _assign(self, code: str) -> None:
        form = await self._form(code, "assign")
        crew = next((each for each in form.get("crew", []) if each in self.crews), None)
        if crew is not None and await self._send(code, "assign", crew=crew):
            self._say(f"assigned {code}", "assigned")

    async def _send(self, report: str, act: str, **fields: str) -> bool:
        form = await self._form(report, act)
        given = {name: form[name][0] for name in ("id", "version") if form.get(name)}
        answer = await self.browser.post(f"/desk/r/{report}/{act}/", {**given, **fields})
        return answer.status == 302

    async def _form(self, code: str, act: str) -> dict[str, list[str]]:
        page = await self.browser.get(f"/desk/r/{code}/{act}/?part=report")
        fields = _Fields()
        fields.feed(page.text[page.text.find("data-act=") :])
        return fields.found

    def _say(self, what: str, counts_as: str) -> None:
        self.run.diary.note(f"desk {self.district}", what, counts_as=counts_as)
