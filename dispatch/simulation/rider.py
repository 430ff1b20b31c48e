"""A crew with its phone: signs on, receives jobs over the socket, drives to them and finishes them."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from dispatch.simulation.movement import Beacon, Way
from dispatch.simulation.pictures import draw_photo
from dispatch.simulation.run import Run, bearer
from dispatch.simulation.site import Body, Browser
from districts.geometry import Position
from live.client import LiveClient, Stopped

KMH = 25.0
TICK_S = 1.0
DECLINES, IS_OBSTRUCTED, FINDS_NOTHING, MAKES_SAFE = 0.06, 0.05, 0.08, 0.05
OPEN = ("assigned", "accepted", "on_the_way", "on_site")
Facts = dict[str, Any]


@dataclass
class Rider:
    """`place` is (lon, lat). What its jobs are is what the socket told last."""

    run: Run
    email: str
    token: str
    name: str
    stream: str
    place: Position
    signed_on: bool = False
    _jobs: dict[str, Facts] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _beacon: Beacon = field(default_factory=Beacon)
    _steps: int = 0

    @classmethod
    async def sign_in(cls, run: Run, email: str, place: Position) -> "Rider | None":
        """None where the server has no such account, or it rides with no crew."""
        token = await run.token_for(email)
        if token is None:
            return None
        answer = await run.site.call("GET", "/api/v1/crew/jobs/", headers=bearer(token))
        crews = answer.facts["crews"] if answer.is_fine else []
        if not crews:
            return None
        crew = crews[0]
        rider = cls(run, email, token, crew["name"], crew["stream"], place)
        if not crew["is_on_duty"]:
            await rider._change_duty(on=True)
        return rider

    async def ride(self) -> None:
        """Until it is cancelled, or the server wants this phone no more."""
        client = LiveClient(self.run.site.sockets, [self.stream], token=self.token, device="simulation")
        try:
            async with client, asyncio.TaskGroup() as parts:
                parts.create_task(self._listen(client))
                parts.create_task(self._work_through(client))
        except* Stopped as ended:
            self._say(f"was signed out: {ended.exceptions[0]}")

    async def sign_off(self) -> None:
        """Leaves the crew as it was found."""
        if self.signed_on:
            await self._change_duty(on=False)
        await self.run.give_back(self.token)

    async def _change_duty(self, *, on: bool) -> None:
        browser = Browser(self.run.site)
        if await browser.sign_in(self.email, self.run.wishes.password):
            await browser.get("/crew/")
            await browser.post("/crew/duty/", {"on_duty": "1" if on else "0"})
            self.signed_on = on
            self._say("signed on" if on else "signed off")

    async def _listen(self, client: LiveClient) -> None:
        async for frame in client.events():
            if frame["type"] != "event":
                continue
            self._take(frame)
            await client.ack(frame["stream"], frame["offset"])
        raise Stopped(0, "the connection has ended")

    def _take(self, frame: Facts) -> None:
        if frame["kind"] == "snapshot":
            self._jobs = {job["id"]: job for job in frame["data"]["jobs"]}
        elif isinstance(job := frame["data"].get("job"), dict) and "id" in job:
            self._keep(job)
        self._changed.set()

    def _keep(self, job: Facts) -> None:
        """Events tell a job as it stands now; without a report it is no longer this crew's."""
        if job.get("status") in OPEN and "report" in job:
            self._jobs[job["id"]] = job
        else:
            self._jobs.pop(job["id"], None)

    async def _work_through(self, client: LiveClient) -> None:
        while True:
            self._changed.clear()
            job = self._next()
            if job is None:
                await self._stand(client)
            elif not await self._carry_out(client, job["id"]):
                self._jobs.pop(job["id"], None)

    def _next(self) -> Facts | None:
        """What is under way first, then in the order of the route."""
        mine = [job for job in self._jobs.values() if job["status"] in OPEN]
        return min(mine, key=lambda job: (-OPEN.index(job["status"]), job["position"]), default=None)

    async def _stand(self, client: LiveClient) -> None:
        await client.welcomed()
        await self._tell_place(client)
        await self._changed.wait()

    async def _carry_out(self, client: LiveClient, job_id: str) -> bool:
        """From where the job stands to its end; False when it is no longer this crew's or was refused."""
        for status, deed in (
            ("assigned", self._decide),
            ("accepted", self._start),
            ("on_the_way", self._arrive),
            ("on_site", self._finish),
        ):
            job = self._jobs.get(job_id)
            if job is None:
                return False
            if job["status"] == status and not await deed(client, job):
                return False
        return job_id not in self._jobs

    async def _decide(self, client: LiveClient, job: Facts) -> bool:
        await self.run.pause(8, 30)
        if self.run.happens(DECLINES):
            await self._command(client, "job.decline", job, "declined", reason="too_many_jobs")
            return False
        return await self._command(client, "job.accept", job, "accepted")

    async def _start(self, client: LiveClient, job: Facts) -> bool:
        await self.run.pause(5, 40)
        return await self._command(client, "job.start", job)

    async def _arrive(self, client: LiveClient, job: Facts) -> bool:
        goal = job["report"]["lon"], job["report"]["lat"]
        way, driven = Way.through_streets(self.place, goal, self.run.random), 0.0
        while driven < way.metres:
            if job["id"] not in self._jobs:
                return False
            await asyncio.sleep(TICK_S)
            driven += TICK_S * KMH / 3.6 * self.run.wishes.speed
            self.place = way.place_after(driven)
            await self._tell_place(client)
        return await self._command(client, "job.arrive", job)

    async def _tell_place(self, client: LiveClient) -> None:
        now = asyncio.get_running_loop().time()
        if self._beacon.is_due(now, self.place):
            lon, lat = self.place
            at = timezone.now().isoformat()
            await client.send_position(round(lat, 6), round(lon, 6), accuracy=8, at=at)
            self.run.diary.counts["positions"] += 1

    async def _finish(self, client: LiveClient, job: Facts) -> bool:
        await self.run.pause(120, 600)
        if self.run.happens(IS_OBSTRUCTED):
            await self._command(client, "job.obstruct", job, "obstructed", reason="parked_car")
            return False
        outcome = self._outcome()
        photo = await self._upload(job, fixed=outcome != "nothing_found")
        said = {"outcome": outcome, "photos": [photo]}
        if not await self._command_by_http("job.finish", job, outcome, **said):
            return False
        self.run.finished.put_nowait(job["report"]["code_name"])
        return True

    def _outcome(self) -> str:
        chance = self.run.random.random()
        if chance < FINDS_NOTHING:
            return "nothing_found"
        return "made_safe" if chance < FINDS_NOTHING + MAKES_SAFE else "fixed"

    async def _upload(self, job: Facts, *, fixed: bool) -> str:
        """The after-photo, taken here and now; its id."""
        photo_id = self.run.make_id(f"photo of {job['id']}")
        lon, lat = self.place
        told = {
            "id": photo_id,
            "role": "after",
            "lat": f"{lat:.6f}",
            "lon": f"{lon:.6f}",
            "accuracy": "8",
            "source": "camera",
            "taken_at": timezone.now().isoformat(),
        }
        drawn = await draw_photo(job["report"]["category"], self.run.random.randrange(10**6), fixed=fixed)
        body = Body.of_form(told, "file", drawn)
        await self.run.site.call("POST", "/api/v1/crew/photos/", body, bearer(self.token))
        return photo_id

    async def _command(
        self, client: LiveClient, name: str, job: Facts, counts_as: str = "", **said: Any
    ) -> bool:
        """Over the socket. Whether it was taken."""
        frame = self._frame(name, job, said)
        result = await client.command(frame.pop("name"), **frame)
        return self._hear(name, job, result, counts_as)

    async def _command_by_http(self, name: str, job: Facts, counts_as: str = "", **said: Any) -> bool:
        """The same as a request."""
        body = Body.of_json(self._frame(name, job, said))
        answer = await self.run.site.call("POST", "/api/v1/crew/commands/", body, bearer(self.token))
        result = answer.facts if answer.is_fine else {"ok": False, "error": {"detail": answer.text[:120]}}
        return self._hear(name, job, result, counts_as)

    def _frame(self, name: str, job: Facts, said: Facts) -> Facts:
        self._steps += 1
        id = self.run.make_id(f"{self.stream} {self._steps} {name}")
        lon, lat = self.place
        here = {"lat": round(lat, 6), "lon": round(lon, 6), "accuracy": 8}
        return {"id": id, "name": name, "job": job["id"], "at": timezone.now().isoformat(), **here, **said}

    def _hear(self, name: str, job: Facts, result: Facts, counts_as: str) -> bool:
        code = job["report"]["code_name"]
        if not result["ok"]:
            self._say(f"{name} of {code} refused: {result['error']['detail']}", "refused")
            return False
        self._keep(result["job"])
        came_of_it = f" ({counts_as.replace('_', ' ')})" if result["job"].get("outcome") else ""
        self._say(f"{result['job']['status_name']}: {code}{came_of_it}", counts_as)
        return True

    def _say(self, what: str, counts_as: str = "") -> None:
        self.run.diary.note(self.name, what, counts_as=counts_as)
