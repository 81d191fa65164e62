"""What a member asks for."""

from dataclasses import dataclass

PROMPT_MAX_CHARACTERS = 1500


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """One picture to be made: the prompt as typed, and the id of the model that makes it."""

    prompt: str
    model: str
