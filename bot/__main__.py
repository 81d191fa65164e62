"""``python -m bot``; one command is answered before all that the others need is imported."""

import sys


def main() -> int:
    """Do what the command line says; give the exit code."""
    if sys.argv[1:] == ["health"]:
        from bot.health import ask  # noqa: PLC0415  containers ask often, and pay for each import

        return ask()
    from bot.command_line import run  # noqa: PLC0415  see above

    return run()


if __name__ == "__main__":
    sys.exit(main())
