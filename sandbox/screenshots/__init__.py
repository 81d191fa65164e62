"""Screenshots for the documents: the real bot, the sandbox's page, a person who presses and types.

`python -m sandbox.screenshots` (`make screenshots`) writes them. It alone in the sandbox needs a
browser and playwright, which are there for development only.
"""
