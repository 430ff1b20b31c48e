"""`python -m tests.bed.call package.module:function '{"name": "value"}'`: a function on a server's database.

Prints the result as JSON in its last line.
"""

import json
import os
import sys
from importlib import import_module

import django


def main(target: str, arguments: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    module, _, function = target.partition(":")
    result = getattr(import_module(module), function)(**json.loads(arguments))
    sys.stdout.write(json.dumps(result, default=str) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
