"""A local Discord and a local Get3W over real sockets, for the demo and the tests."""
