from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.page.stand_in_bot import MESSAGE, layout, text

if TYPE_CHECKING:
    from playwright.async_api import Page

    from sandbox.discord.server import DiscordSandbox
    from tests.page.stand_in_bot import StandInBot

pytestmark = pytest.mark.asyncio(loop_scope="session")

RENDER = """async (source) => {
    const { markdown } = await import("/static/markdown/blocks.js");
    const names = { user: (id) => `u${id}`, role: (id) => `r${id}`, channel: (id) => `c${id}` };
    return markdown(source, names).innerHTML;
}"""


def line(inner: str) -> str:
    return f'<div class="text">{inner}</div>'


def quote(inner: str) -> str:
    return f"<blockquote>{inner}</blockquote>"


RENDERED = {
    "**bold**": line("<strong>bold</strong>"),
    "*italic* and _italic_": line("<em>italic</em> and <em>italic</em>"),
    "***both***": line("<strong><em>both</em></strong>"),
    "__under__": line("<u>under</u>"),
    "~~gone~~": line("<s>gone</s>"),
    "snake_case_name": line("snake_case_name"),
    "2 * 3 * 4": line("2 * 3 * 4"),
    "**open": line("**open"),
    r"\*not\* \_this\_ \> \`": line("*not* _this_ &gt; `"),
    "`a **b** <i>`": line("<code>a **b** &lt;i&gt;</code>"),
    "**a *b* c**": line("<strong>a <em>b</em> c</strong>"),
    "<b>&amp;</b>": line("&lt;b&gt;&amp;amp;&lt;/b&gt;"),
    "one\ntwo": line("one\ntwo"),
    "# Title\nbody": "<h3>Title</h3>" + line("body"),
    "### Small": "<h5>Small</h5>",
    "#tag": line("#tag"),
    "-# sub *text*": "<small>sub <em>text</em></small>",
    "> quoted\n> twice\nplain": quote(line("quoted\ntwice")) + line("plain"),
    ">>> all\nof it": quote(line("all\nof it")),
    r"\> no quote": line("&gt; no quote"),
    "- a\n  - b\n- c": "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    "3. c\n4. d": '<ol start="3"><li>c</li><li>d</li></ol>',
    "- a\n1. b": '<ul><li>a</li></ul><ol start="1"><li>b</li></ol>',
    "```py\nx < 1\n```": '<pre tabindex="0"><code data-language="py">x &lt; 1</code></pre>',
    "<@5>": line('<span class="mention mention-user">@u5</span>'),
    "<@&7>": line('<span class="mention mention-role">@r7</span>'),
    "[a](javascript:alert(1))": line("[a](javascript:alert(1))"),
}


@pytest.mark.parametrize(("source", "wanted"), RENDERED.items(), ids=list(RENDERED))
async def test_markdown_reads_as_discord_reads_it(reader: Page, source: str, wanted: str) -> None:
    assert await reader.evaluate(RENDER, source) == wanted


@pytest.mark.parametrize(
    "prompt",
    [
        "<img src=x onerror=document.title='owned'>",
        "<script>document.title='owned'</script>",
        "[x](https://a.example/\"onclick=document.title='owned')",
        "`</code><img src=x onerror=document.title='owned'>`",
    ],
)
async def test_markup_in_a_prompt_stays_text(
    discord: DiscordSandbox, bot: StandInBot, alice: Page, prompt: str
) -> None:
    general = discord.world.guild("Lantern Bay").channel("general")
    await discord.invoke(discord.world.user("alice"), general, "imagine", {"prompt": "A cat"})
    await bot.answer(await bot.next_interaction(), MESSAGE, layout(text(f"> {prompt} end")))
    message = alice.locator(".message").last
    await expect(message).to_contain_text("end")
    assert await message.locator("img, script, [onclick], [onerror]").count() == 0
    assert "owned" not in await alice.title()


async def test_a_relative_moment_counts_by_itself(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await alice.clock.install()
    await alice.reload()
    general = discord.world.guild("Lantern Bay").channel("general")
    await discord.invoke(discord.world.user("alice"), general, "imagine", {"prompt": "A cat"})
    moment = int(discord.clock.now()) + 300
    await bot.answer(await bot.next_interaction(), MESSAGE, layout(text(f"<t:{moment}:R>")))
    shown = alice.locator("time.moment")
    await expect(shown).to_have_text("in 4 minutes")
    await alice.clock.fast_forward("20:00")
    await expect(shown).to_have_text("15 minutes ago")
