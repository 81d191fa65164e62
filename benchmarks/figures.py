"""How what was measured is put into numbers."""

import math
from collections.abc import Sequence
from typing import Final

MB: Final = 1_000_000
Figures = dict[str, float]

_RANKS: Final = (("p50", 0.5), ("p99", 0.99), ("max", 1.0))


def spread(name: str, unit: str, values: Sequence[float]) -> Figures:
    """Return median, 99th percentile and maximum, as ``{name}_p50_{unit}`` and so on."""
    return {f"{name}_{rank}_{unit}": _percentile(values, share) for rank, share in _RANKS}


def _percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that so great a share doesn't exceed; nan of nothing."""
    if not values:
        return math.nan
    return sorted(values)[math.ceil(share * len(values)) - 1]
