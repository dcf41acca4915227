"""What is to be known of each segment to name it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from server.core.naming import Portrait

Floats = NDArray[np.float64]


def portraits(rfm: Floats, labels: NDArray[np.int64], k: int, gaps: Floats) -> list[Portrait]:
    """Return the portrait of each segment.

    Parameters
    ----------
    gaps
        Days between two purchases of a customer, ascending; where nobody came twice, the recencies stand in,
        so that the more recent half counts as active.
    """
    yardstick = gaps if len(gaps) else np.sort(rfm[:, 0])
    closed = float(rfm[:, 0].min())
    found = []
    for place in range(k):
        members = rfm[labels == place]
        recency, frequency, money = np.median(members, axis=0).tolist()
        silence = recency - closed if len(gaps) else recency
        found.append(
            Portrait(
                longer_gaps=float((yardstick > silence).mean()),
                one_time=float((members[:, 1] == 1).mean()),
                median_frequency=frequency,
                value=float((rfm[:, 2] < money).mean() + (rfm[:, 2] == money).mean() / 2),
                recency_days=recency,
                monetary_value=money,
            )
        )
    return found
