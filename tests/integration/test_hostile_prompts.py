"""Whatever a prompt holds, it is shown as words, within Discord's limits, and painted as typed."""

import pytest

from sandbox.discord.messages import SandboxMessage
from tests.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONGEST = "word " * 299 + "words"


def quote_in(message: SandboxMessage) -> str:
    """Find the one line that quotes the prompt."""
    (line,) = [line for line in message.text.split("\n") if line.startswith(">")]
    return line.removeprefix("> ")


async def test_a_prompt_of_1500_characters_is_painted_whole_and_shown_short(
    stage: Stage,
) -> None:
    assert len(LONGEST) == 1500

    message = await stage.picture(LONGEST)

    (submission,) = stage.api.submissions_of(LONGEST)
    assert submission.prompt == LONGEST
    assert len(quote_in(message)) == 300
    assert quote_in(message).endswith("…")
    assert len(message.attachments[0].description or "") == 1024


@pytest.mark.parametrize("character", ["*", "\\", "`", "@", "|", "ß", "猫", "👩‍🚀"])
async def test_1500_characters_of_anything_stay_within_the_limits(
    stage: Stage, character: str
) -> None:
    message = await stage.picture((character * 1500)[:1500])

    assert message.attachments
    assert len(message.text) < 4000


@pytest.mark.parametrize(
    ("prompt", "quoted"),
    [
        ("a\nb", "a b"),
        ("a\r\n> b\n# c", r"a \> b \# c"),
        ("**bold** _it_ ~~no~~", r"\*\*bold\*\* \_it\_ \~\~no\~\~"),
        ("||secret||", r"\|\|secret\|\|"),
        ("`code` ```block```", r"\`code\` \`\`\`block\`\`\`"),
        ("[here](https://example.com)", r"\[here\](https\://example.com)"),
        ("<t:1:R> <:x:1> </help:1>", r"\<t:1:R\> \<:x:1\> \</help:1\>"),
        ("-# small", r"\-\# small"),
        ("# heading", r"\# heading"),
        (r"\*already\*", r"\\\*already\\\*"),
        ("a\u202eb\u2066c\u2069", "a b c"),
        ("a\u2028b\u2029c\x00d\x1be", "a b c d e"),
    ],
    ids=repr,
)
async def test_markup_is_shown_as_it_was_typed(stage: Stage, prompt: str, quoted: str) -> None:
    message = await stage.picture(prompt)

    assert quote_in(message) == quoted
    (submission, *_) = stage.api.submissions_of(prompt)
    assert submission.prompt == prompt


@pytest.mark.parametrize(
    "prompt",
    ["a\u200bb", "\u200b\u200c\u200d\u2060\ufeff", "a\u200e\u200f\u061cb", "e" + "\u0301" * 400],
    ids=["space", "nothing visible", "marks", "stacked"],
)
async def test_invisible_characters_leave_a_message_that_reads_well(
    stage: Stage, prompt: str
) -> None:
    message = await stage.picture(prompt)

    assert message.attachments
    assert not set(quote_in(message)) & set("\u200b\u2060\ufeff\u200e\u200f\u061c")


@pytest.mark.parametrize(
    "prompt", ["@everyone", "@here", "<@{mod}>", "<@&{role}>", "@\u200beveryone"]
)
async def test_a_mention_in_a_prompt_pings_nobody(stage: Stage, prompt: str) -> None:
    role = stage.guild.role("Moderator")

    message = await stage.picture(prompt.format(mod=stage.mod.id, role=role.id))

    assert not message.pings


async def test_a_failure_quotes_the_prompt_just_as_well(stage: Stage) -> None:
    message = await stage.picture("No **such** @everyone", model="get3w/not-there-404")

    assert quote_in(message) == r"No \*\*such\*\* \@everyone"
    assert not message.pings


async def test_a_hostile_model_name_is_words_too(stage: Stage) -> None:
    use = await stage.imagine("Model name", model="[x](https://evil.example) @everyone **b**")

    assert "](https://" not in use.message.text
    assert not use.message.pings
