"""A browser is registered for pushes by Firebase's own library, and shows what comes."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Route, expect

from dispatch.web_push import HOSTS
from tests.bed.browser import Chromium
from tests.bed.fixtures import MakeLiveProcess
from tests.dispatch.crew_phone import PATIENCE_MS, Phone
from tests.dispatch.crew_scene import WEB_APP

pytestmark = pytest.mark.browser

# Chromium has no push service here: this stands for its subscription, all else is real.
SUBSCRIPTION = """
  let endpoint = "";
  const subscription = () => endpoint && {
    endpoint,
    getKey: () => new Uint8Array(16).buffer,
    unsubscribe: async () => { endpoint = ""; return true; },
  };
  PushManager.prototype.getSubscription = async () => subscription() || null;
  PushManager.prototype.subscribe = async () => {
    endpoint = "https://push.example/1";
    return subscription();
  };
  globalThis.told = 0;
  navigator.serviceWorker.addEventListener("message", ({ data }) => globalThis.told += data === "sync now");
"""
NOTICES = """async () => {
  const worker = await navigator.serviceWorker.ready;
  return (await worker.getNotifications()).map(({ title, tag, body }) => [title, tag, body]);
}"""


def google(told: list[str]) -> Callable[[Route], None]:
    """Answers as Firebase does, and notes down what it was asked."""
    to_all = {f"access-control-allow-{what}": "*" for what in ("origin", "headers", "methods")}
    fids: list[str] = []

    def answer(route: Route) -> None:
        request = route.request
        what = request.url.rsplit("/", 1)[1]
        if request.method == "OPTIONS":
            return route.fulfill(status=204, headers=to_all)
        told.append(f"{request.method} {what}")
        if (request.method, what) == ("POST", "installations"):
            fids.append(json.loads(request.post_data or "")["fid"])
            token = {"token": "t", "expiresIn": "604800s"}
            return route.fulfill(
                json={"fid": fids[-1], "refreshToken": "r", "authToken": token}, headers=to_all
            )
        return route.fulfill(json={"name": f"projects/city/registrations/{fids[-1]}"}, headers=to_all)

    return answer


def push(session: CDPSession, origin: str, registration: str) -> None:
    """As FCM's push arrives in a browser."""
    data = {"notification": {"title": "New job", "tag": "sync"}, "data": {"type": "sync"}, "from": "42"}
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": registration, "data": json.dumps(data)},
    )


def test_a_crew_switches_pushes_on_is_told_once_and_signs_out(
    make_live_process: MakeLiveProcess, chromium: Chromium, tmp_path: Path
) -> None:
    """Firebase's own library registers the browser, under the page's policy; the worker shows what comes."""
    server = make_live_process(MAHALA_FIREBASE_WEB=json.dumps(WEB_APP))
    server.start()
    phone = Phone(server, chromium, tmp_path / "profile", server.call("tests.story.scene:set_up"))
    devices = partial(server.call, "tests.dispatch.crew_scene:devices")
    told: list[str] = []
    phone.context.grant_permissions(["notifications"], origin=server.url)
    phone.context.add_init_script(SUBSCRIPTION)
    answer = google(told)
    for host in HOSTS:
        phone.context.route(f"{host}/**", answer)
    session = phone.context.new_cdp_session(phone.page)
    registrations: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: registrations.extend(each["registrationId"] for each in said["registrations"]),
    )
    session.send("ServiceWorker.enable")
    phone.sign_in()
    phone.page.get_by_label("Menu").click()
    switch = phone.page.get_by_role("switch", name="Tell me about new jobs")
    expect(switch).not_to_be_checked()
    assert told == []
    switch.click()
    expect(switch).to_be_checked(timeout=PATIENCE_MS)
    assert told == ["POST installations", "POST registrations"]
    assert devices() == [["web", "fid"]]
    for _time in range(2):
        push(session, server.url, registrations[-1])
    phone.page.wait_for_function("() => told === 2")
    assert phone.page.evaluate(NOTICES) == [["New job", "sync", ""]]
    phone.page.get_by_role("button", name="Sign out").click()
    phone.page.wait_for_url(f"{server.url}/")
    assert devices() == []
    phone.context.close()
