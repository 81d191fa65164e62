"""What the API knows of its one customer, and what it offers him."""

from dataclasses import dataclass, field

from sandbox.get3w.catalogue import Model, documented_models
from sandbox.get3w.payloads import Json
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
    bill
        What was charged, the newest first, in the API's own words.
    models_reply, balance_reply, billings_reply
        What the questions are answered in place of the catalogue, the balance and the bill.
    upload_replies
        What the next uploads are answered, one each, in place of being taken.
    """

    key: str
    balance_usd: float = 10.0
    bill: list[Json] = field(default_factory=list[Json])
    models: list[Model] = field(default_factory=documented_models)
    models_reply: Reply | None = None
    balance_reply: Reply | None = None
    billings_reply: Reply | None = None
    upload_replies: list[Reply] = field(default_factory=list[Reply])

    def model(self, model_id: str) -> Model | None:
        """Return the model of that id, if it is offered."""
        return next((model for model in self.models if model.model_id == model_id), None)
