"""The moderators' panel: one private message in which a server's settings are read and changed.

All that a button or a form knows stands in its custom id, and what a page shows is read anew each
time: no process remembers a panel, so it works after a restart and never acts on what is stale.
"""
