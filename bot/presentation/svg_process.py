"""Draws one SVG as a PNG, in a process that can do nothing else.

An SVG is a program for whoever draws it. So it is drawn where it can reach nothing: from here on no
file and no socket can be opened, whatever it refers to; memory and time are bounded by the system;
and nothing of the bot's is in this process, neither its environment nor its modules. It is run as a
script and imports nothing of the project.
"""

import resource
import sys

import resvg_py

MEMORY_MAX_BYTES = 512 << 20
PROCESSOR_MAX_S = 10
_STANDARD_FILES = 3


def main() -> None:
    """Read an SVG from the standard input and write a PNG, so many pixels wide or high."""
    side, pixels = sys.argv[1], int(sys.argv[2])
    svg = sys.stdin.buffer.read().decode("utf-8-sig")
    _give_up_rights()
    width, height = (pixels, None) if side == "width" else (None, pixels)
    # Fonts are files, too.
    png = resvg_py.svg_to_bytes(svg, width=width, height=height, skip_system_fonts=True)
    sys.stdout.buffer.write(png)


def _give_up_rights() -> None:
    limits = {
        resource.RLIMIT_NOFILE: _STANDARD_FILES,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: PROCESSOR_MAX_S,
        resource.RLIMIT_AS: MEMORY_MAX_BYTES,
    }
    for kind, limit in limits.items():
        resource.setrlimit(kind, (limit, limit))


if __name__ == "__main__":
    main()
