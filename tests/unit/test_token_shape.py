"""What a text in the place of a token is, told by its shape."""

import pytest

from bot.client.token_shape import fault_in_shape
from bot.domain.findings import Cause

ID = "MTIzNDU2Nzg5MDEyMzQ1Njc4"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3-_", Cause.TOKEN_IS_CLIENT_SECRET),
        ("0123456789abcdef" * 4, Cause.TOKEN_IS_PUBLIC_KEY),
        ("123456789012345678", Cause.TOKEN_IS_APPLICATION_ID),
        (ID, Cause.TOKEN_MISSHAPEN),
        (f"{ID}.abc", Cause.TOKEN_MISSHAPEN),
        ("not.a.token", Cause.TOKEN_MISSHAPEN),
        (f"{ID}.Gabcde.abcdefghijklmnopqrstuvwxyz01", None),
    ],
)
def test_a_text_that_is_no_token_is_called_what_it_is(text: str, cause: Cause | None) -> None:
    assert fault_in_shape(text) is cause
