"""What is sent to a database, without what every transaction has."""


def of_ours(statements: list[str]) -> list[str]:
    """Leave out what begins and ends a transaction, and what keeps it alone."""
    return [
        text
        for text in statements
        if text.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))
        and "set_config" not in text
    ]
