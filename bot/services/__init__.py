"""Use cases: what happens when a member asks for a picture."""
