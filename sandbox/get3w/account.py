"""What the API knows of its one customer, and what it offers him."""

from dataclasses import dataclass, field

from sandbox.get3w.catalogue import Model, documented_models
from sandbox.get3w.replies import Reply


@dataclass(eq=False, kw_only=True)
class Account:
    """All of it is the test's to set, at any time.

    Attributes
    ----------
    key
        The only key that is accepted.
    balance_usd
        What is left, US dollars.
    models
        The catalogue.
    models_reply, balance_reply
        What the two questions are answered in place of the catalogue and the balance.
    upload_replies
        What the next uploads are answered, one each, in place of being taken.
    """

    key: str
    balance_usd: float = 10.0
    models: list[Model] = field(default_factory=documented_models)
    models_reply: Reply | None = None
    balance_reply: Reply | None = None
    upload_replies: list[Reply] = field(default_factory=list[Reply])

    def model(self, model_id: str) -> Model | None:
        """Return the model of that id, if it is offered."""
        return next((model for model in self.models if model.model_id == model_id), None)
