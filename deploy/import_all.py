"""Imports all that the bot has, as the image is built: what is only needed at times as well."""

import importlib
import pkgutil

import bot
import cogs


def main() -> None:
    """Import every module of the application."""
    for package in (bot, cogs):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)


if __name__ == "__main__":
    main()
