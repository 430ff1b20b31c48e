"""`python -m config.embedded [--host H] [--port N]`: serve everything from one process."""

import argparse
import sys

from config.embedded.starting import set_up


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m config.embedded", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    set_up()
    from config.embedded import server

    try:
        listener = server.listen(options.host, options.port)
    except server.PortTaken:
        sys.exit(f"Port {options.port} is taken by another program. Choose another one with --port.")
    server.serve(listener)
    server.leave()


if __name__ == "__main__":
    main()
