"""What comes first in both programs of the embedded home: settings, or a sentence that says what is wrong."""

import os
import sys

import django


def set_up() -> None:
    """Exits with the sentence alone, where a setting can't be read: it names the variable."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config.env import SettingUnreadable

    try:
        django.setup()
    except SettingUnreadable as unreadable:
        sys.exit(str(unreadable))
