"""A local server that speaks the tables of OSRM and Valhalla: every way takes as long as `.seconds` say."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WEST = 23.3219


def places_in(path: str) -> list[str]:
    """The places of an address of OSRM, "lon,lat" each."""
    return path.partition("?")[0].rpartition("/")[2].split(";")


class RoutingServer:
    """`.seconds` of each way, `.delay_s` before the answer, its `.status` and `.body`; what was `.asked`.

    More than `.most` places are refused. `.number_by_place`: a way takes a thousand times the number of its
    start and that of its end: the thousandths of degrees by which they lie east of `WEST`.
    """

    def __init__(self) -> None:
        self.seconds: float | None = 300.0
        self.delay_s, self.status = 0.0, 200
        self.body: bytes | None = None
        self.most = 10_000
        self.number_by_place = False
        self.asked: list[str] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(lambda: {"code": "Ok", "durations": server.osrm(self.path)})

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self._answer(lambda: {"sources_to_targets": server.valhalla(asked)}, asked["costing"])

            def _answer(self, table: Any, costing: str = "") -> None:
                server.asked.append(f"{self.path.split('?')[0]} {costing}".strip())
                time.sleep(server.delay_s)
                data = server.body if server.body is not None else json.dumps(table()).encode()
                self.send_response(400 if len(places_in(self.path)) > server.most else server.status)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_arguments: Any) -> None:
                """Nothing on the terminal."""

        return Handler

    def osrm(self, path: str) -> list[list[float | None]]:
        places = places_in(path)
        query = dict(part.split("=") for part in path.partition("?")[2].split("&"))
        sources, targets = (
            [places[int(number)] for number in query[name].split(";")] for name in ("sources", "destinations")
        )
        return [[self._way(start, end) for end in targets] for start in sources]

    def _way(self, start: str, end: str) -> float | None:
        if not self.number_by_place:
            return self.seconds
        first, second = (round((float(place.split(",")[0]) - WEST) * 1000) for place in (start, end))
        return first * 1000.0 + second

    def valhalla(self, asked: dict[str, Any]) -> list[list[dict[str, Any]]]:
        return [[{"time": self.seconds} for _ in asked["targets"]] for _ in asked["sources"]]
