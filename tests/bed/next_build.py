"""The site's settings after an update: the same files under the addresses of another build."""

from importlib import import_module

_site = import_module("config.settings")
globals().update({name: value for name, value in vars(_site).items() if name.isupper()})

STATIC_BUILD = "nextbuild"
STATIC_URL = f"/static/{STATIC_BUILD}/"
