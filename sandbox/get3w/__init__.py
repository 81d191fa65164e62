"""A local Get3W over real sockets: the documented API, every scripted fault, pictures it draws.

::

    async with Get3WSandbox.open() as api:
        api.script("A cat in space", Scenario.stream([0.1, 0.5, 0.9], every_s=1.0))
        ...  # a client works with api.url and the key "sk_sandbox"
        await api.until(lambda: api.downloads)
"""

from sandbox.get3w.account import Account
from sandbox.get3w.canary import Canary
from sandbox.get3w.catalogue import Model
from sandbox.get3w.dialects import Dialect, IdPlace, Wording
from sandbox.get3w.ledger import End, Ledger, Submission, TaskVisit, UploadVisit, Visit
from sandbox.get3w.outcomes import Output, Polling, PollPath
from sandbox.get3w.payloads import Blank, Json, JsonObject
from sandbox.get3w.pictures import PictureSize, draw, noise_png
from sandbox.get3w.replies import Ending, Framing, Part, Reply, Wait, event, raw
from sandbox.get3w.scenario import Scenario
from sandbox.get3w.server import Get3WSandbox

__all__ = [
    "Account",
    "Blank",
    "Canary",
    "Dialect",
    "End",
    "Ending",
    "Framing",
    "Get3WSandbox",
    "IdPlace",
    "Json",
    "JsonObject",
    "Ledger",
    "Model",
    "Output",
    "Part",
    "PictureSize",
    "PollPath",
    "Polling",
    "Reply",
    "Scenario",
    "Submission",
    "TaskVisit",
    "UploadVisit",
    "Visit",
    "Wait",
    "Wording",
    "draw",
    "event",
    "noise_png",
    "raw",
]
