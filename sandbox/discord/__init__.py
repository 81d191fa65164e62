"""A local Discord: gateway, REST and interaction rules over real sockets.

Issue 2, item 6. It stands where Discord would stand: a bot is pointed at it by its API's address
alone and can't tell the difference in anything that a slash-command bot uses.
"""
