"""``python -m surveyapp`` and the command ``surveyapp``."""

from __future__ import annotations

import os

from surveyapp.cli.commands import commands
from surveyapp.cli.talk import Talk
from surveyapp.house import build
from surveyapp.settings import find_folder, read_settings


def main() -> None:
    """Run a command. Messages are Thai, or English where SURVEYAPP_LANG is "en"."""
    language = "en" if os.environ.get("SURVEYAPP_LANG", "th").startswith("en") else "th"
    commands(obj=Talk(lambda: build(read_settings()), find_folder("translations"), language), prog_name="surveyapp")


if __name__ == "__main__":
    main()
