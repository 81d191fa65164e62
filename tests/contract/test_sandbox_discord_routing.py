"""Paths, limits and refusals of the local Discord, without a socket."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.discord.buckets import Buckets, Limit
from sandbox.discord.errors import ApiError, Problem, RateLimitedError, invalid
from sandbox.discord.json_types import as_list, as_object, int_of, objects, text_of
from sandbox.discord.routing import Answer, Call, Route, Router
from sandbox.discord.settings import Rate


def handler(_call: Call) -> Answer:
    return Answer()


def route(method: str, template: str) -> Route:
    return Route(method, template, handler)


ROUTES = [
    route("GET", "/users/@me"),
    route("GET", "/users/{user}"),
    route("GET", "/channels/{channel}/messages/{message}"),
    route("PATCH", "/channels/{channel}/messages/{message}"),
    route("POST", "/channels/{channel}/messages"),
]


def call(params: dict[str, str] | None = None, **query: str) -> Call:
    return Call(ROUTES[0], query, {}, None, (), params or {})


def test_a_path_gives_its_variable_parts() -> None:
    match = Router(ROUTES).find("GET", "/channels/1/messages/2")

    assert match.route.template == "/channels/{channel}/messages/{message}"
    assert match.params == {"channel": "1", "message": "2"}


def test_a_fixed_path_comes_before_a_variable_one() -> None:
    router = Router(ROUTES)

    assert router.find("GET", "/users/@me").route.template == "/users/@me"
    assert router.find("GET", "/users/1").route.template == "/users/{user}"


def test_the_method_tells_routes_of_one_path_apart() -> None:
    assert Router(ROUTES).find("PATCH", "/channels/1/messages/2").route is ROUTES[3]


@pytest.mark.parametrize("path", ["/", "/users", "/users/1/cats", "/cats/1", "/users/@me/"])
def test_an_unknown_path_is_not_found(path: str) -> None:
    with pytest.raises(ApiError) as refused:
        Router(ROUTES).find("GET", path)

    assert refused.value.status == 404


def test_a_known_path_with_another_method_is_not_allowed() -> None:
    with pytest.raises(ApiError) as refused:
        Router(ROUTES).find("DELETE", "/users/@me")

    assert refused.value.status == 405


def test_an_id_in_a_path_is_a_number() -> None:
    assert call({"user": "17"}).id("user") == 17
    with pytest.raises(ApiError):
        call({"user": "@you"}).id("user")


@pytest.mark.parametrize(
    ("value", "is_set"), [("1", True), ("true", True), ("True", True), ("0", False), ("", False)]
)
def test_a_flag_of_the_query_is_read_as_discord_reads_it(value: str, *, is_set: bool) -> None:
    assert call(with_response=value).flag("with_response") is is_set


def test_a_flag_that_is_not_given_is_not_set() -> None:
    assert not call().flag("with_response")


def test_a_number_of_the_query_has_a_default() -> None:
    assert (call(limit="7").number("limit", 50), call().number("limit", 50)) == (7, 50)


def test_a_payload_that_is_no_object_is_an_empty_body() -> None:
    assert Call(ROUTES[0], {}, {}, [1], (), {}).body == {}


def test_a_refusal_of_a_field_leads_to_it() -> None:
    error = invalid("data.components.0.label", "BASE_TYPE_REQUIRED", "This field is required")

    inner = error.body["errors"]
    for name in ("data", "components", "0", "label"):
        inner = as_object(as_object(inner)[name])
    assert inner == {
        "_errors": [{"code": "BASE_TYPE_REQUIRED", "message": "This field is required"}]
    }


def test_every_problem_has_a_status_that_is_an_error() -> None:
    assert all(400 <= problem.value[0] < 500 for problem in Problem)


LIMIT = Limit("webhook:1", Rate(3, 2.0))
HIDDEN = Limit("hidden:1", Rate(2, 9.0), "shared", announced=False)


def taken(buckets: Buckets, limits: list[Limit], now_s: float) -> bool:
    try:
        buckets.take(limits, now_s)
    except RateLimitedError:
        return False
    return True


@given(st.lists(st.floats(0, 1), max_size=60))
def test_no_window_ever_lets_more_through_than_its_limit(steps: list[float]) -> None:
    buckets, now_s, opened_s, used = Buckets(), 0.0, -10.0, 0
    for step in steps:
        now_s += step
        if now_s >= opened_s + LIMIT.rate.per_s:
            opened_s, used = now_s, 0
        used += 1
        assert taken(buckets, [LIMIT], now_s) is (used <= LIMIT.rate.limit)


@given(st.lists(st.floats(0, 3), max_size=40))
def test_waiting_as_long_as_it_says_is_always_enough(steps: list[float]) -> None:
    buckets, now_s = Buckets(), 0.0
    for step in steps:
        now_s += step
        try:
            buckets.take([LIMIT], now_s)
        except RateLimitedError as refused:
            wait_s = refused.body["retry_after"]
            assert isinstance(wait_s, float)
            now_s += wait_s + 0.001
            assert taken(buckets, [LIMIT], now_s)


def test_a_request_that_one_limit_refuses_counts_in_none() -> None:
    buckets = Buckets()
    assert [taken(buckets, [LIMIT, HIDDEN], 0.0) for _ in range(4)] == [True, True, False, False]

    assert taken(buckets, [LIMIT], 0.0)
    assert not taken(buckets, [LIMIT], 0.0)


def test_only_announced_limits_are_in_the_headers() -> None:
    headers = Buckets().take([HIDDEN], 0.0)

    assert headers == {}


def test_limits_of_other_keys_are_apart() -> None:
    buckets = Buckets()
    other = LIMIT._replace(key="webhook:2")
    for _ in range(3):
        buckets.take([LIMIT], 0.0)

    assert taken(buckets, [other], 0.0)
    assert not taken(buckets, [LIMIT], 0.0)


@pytest.mark.parametrize(
    ("value", "shown"), [(5, 5), ("17", 17), ("x", 0), (None, 0), ([], 0), (2.5, 0)]
)
def test_a_number_is_read_from_text_too(value: object, shown: int) -> None:
    assert int_of({"n": value}, "n") == shown


def test_json_of_another_kind_reads_as_empty() -> None:
    assert (as_object([]), as_list({}), text_of({"a": 1}, "a")) == ({}, [], "")
    assert objects([{"a": 1}, 2, None]) == [{"a": 1}]
