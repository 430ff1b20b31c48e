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
# Of a row the report's code and version: what has been looked at comes back when something happens to it.
_IN_QUEUE = re.compile(r'name="pick" value="(\w+)\.(\d+)"')
# The report's pane offers crews while nobody is on it, whether it is new, was given up, or asks for the rest.
_OFFERS_CREWS = re.compile(r'action="/desk/r/[\w-]+/assign/"')


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
    """Sends the likeliest of the simulated crews, or the next where one gave up; merges doubles."""

    run: Run
    district: str
    crews: Collection[str]
    browser: Browser
    _seen: dict[str, str] = field(default_factory=dict)
    _sent: dict[str, list[str]] = field(default_factory=dict)

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
            await self.look()

    async def look(self) -> None:
        """Take what leads the queue and was not looked at as it is now."""
        page = await self.browser.get(f"/desk/?district={self.district}&tab=waiting&rows=200&part=rows")
        waiting = [row for row in _IN_QUEUE.findall(page.text) if self._seen.get(row[0]) != row[1]]
        for code, version in waiting[:AT_ONCE]:
            self._seen[code] = version
            await self._decide(f"{code[:3]}-{code[3:]}")

    async def _decide(self, code: str) -> None:
        placed = self.run.told.get(code)
        if placed and placed.told.double_of and code not in self._sent:
            await self._merge(code, placed.told.double_of)
        elif await self._waits_for_a_crew(code):
            await self._assign(code)

    async def _waits_for_a_crew(self, code: str) -> bool:
        pane = await self.browser.get(f"/desk/r/{code}/?part=report")
        return _OFFERS_CREWS.search(pane.text) is not None

    async def _merge(self, code: str, original: str) -> None:
        if await self._send(code, "merge", code=original):
            self._say(f"merged {code} with {original}", "merged")

    async def _assign(self, code: str) -> None:
        """To the likeliest crew that was not sent for it yet: one that declined, or could not, is no use."""
        form = await self._form(code, "assign")
        sent = self._sent.setdefault(code, [])
        likely = [crew for crew in form.get("crew", []) if crew in self.crews]
        crew = min(likely, key=sent.count, default=None)
        if crew is None or not await self._send(code, "assign", crew=crew):
            return
        self._say(*((f"sent again for {code}", "sent_again") if sent else (f"assigned {code}", "assigned")))
        sent.append(crew)

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
