"""A Discord bot that paints pictures through the Get3W API, inside the rules of each server."""

__version__ = "0.1.0"
