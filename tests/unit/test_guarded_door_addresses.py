"""The rule of the guarded door, address by address."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers.addresses import AddressRefusedError, is_public, public_socket

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "99.84.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "223.255.255.254",
    "2606:4700::1111",
    "2a00:1450:4001::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
]

NOT_PUBLIC = {
    "this network": [str(ipaddress.IPv4Address(0)), "0.1.2.3"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    "carrier-grade NAT": ["100.64.0.1", "100.127.255.255"],
    "loopback": ["127.0.0.1", "127.255.255.255", "::1"],
    "unspecified": ["::"],
    "link-local": ["169.254.169.254", "fe80::1", "fe80::1%eth0", "fe80::1%1"],
    "protocol assignments": ["192.0.0.8", "192.0.0.9", "192.0.0.170", "2001:1::1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "6to4 relays": ["192.88.99.1"],
    "AS112 and AMT": ["192.31.196.1", "192.52.193.1", "192.175.48.1", "2620:4f:8000::1"],
    "benchmarking": ["198.18.0.1", "198.19.255.255", "2001:2::1"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "4000::1", "5f00::1"],
    "unique local": ["fc00::1", "fd00:ec2::254"],
    "site-local": ["fec0::1"],
    "IPv4-compatible": ["::127.0.0.1", "::8.8.8.8", "::7f00:1"],
    "IPv4-mapped": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"],
    "NAT64": ["64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe"],
    "local NAT64": ["64:ff9b:1::8.8.8.8", "64:ff9b:1::7f00:1"],
    "6to4": ["2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::1", "2002:a9fe:a9fe::"],
    "Teredo": [
        "2001:0:7f00:1::",
        # The client's address is kept with its bits flipped: this one is 127.0.0.1.
        "2001:0:808:808:0:0:80ff:fffe",
    ],
    "ORCHID": ["2001:10::1", "2001:20::1"],
    "discard": ["100::1"],
    "no address": ["", "localhost", "127.1", "2130706433", "0x7f.1", "1.2.3.4.5", " 8.8.8.8"],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_let_through(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(address, id=f"{kind}: {address}")
        for kind, addresses in NOT_PUBLIC.items()
        for address in addresses
    ],
)
def test_any_other_address_is_refused(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_what_carries_an_address_is_as_public_as_that(inner: ipaddress.IPv4Address) -> None:
    high, low = divmod(int(inner), 1 << 16)
    carriers = (f"::ffff:{inner}", f"64:ff9b::{inner}", f"2002:{high:x}:{low:x}::")
    assert {is_public(carrier) for carrier in carriers} == {is_public(str(inner))}


@given(st.ip_addresses())
def test_nothing_is_public_that_the_standard_library_calls_otherwise(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assert address.is_global or not is_public(str(address))


def test_a_public_address_gets_a_socket() -> None:
    with public_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))) as made:
        assert made.family is socket.AF_INET


@pytest.mark.parametrize("address", [("127.0.0.1", 443), ("::1", 443, 0, 0), (b"8.8.8.8", 443)])
def test_any_other_address_gets_none(address: tuple[object, ...]) -> None:
    with pytest.raises(AddressRefusedError):
        public_socket((socket.AF_INET6, socket.SOCK_STREAM, 6, "", address))
