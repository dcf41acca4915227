"""Files on their way to the browser that waits for them: handed over once, and forgotten when nobody comes."""

from __future__ import annotations

import time

from server.core.audiences.file_text import AudienceFile
from server.use_cases.audiences.deliveries import MOST_AT_ONCE, Deliveries, Delivery

FILE = AudienceFile("members", "a.csv", 1, "a@example.com")
PATIENCE_SECONDS = 20


def test_files_are_handed_over_once_and_to_nobody_late() -> None:
    """What is told of them holds no contact."""
    delivery, late = Delivery(), Delivery()

    delivery.put([FILE])
    late.take()
    late.put([FILE])

    assert (list(delivery.take()), list(delivery.take()), list(late.take())) == ([FILE], [], [])
    assert "example.com" not in repr(FILE)


def test_files_that_nobody_fetches_are_forgotten() -> None:
    """By the clock, and out of the memory."""
    at = [0.0]
    late, left = Delivery(60.0, lambda: at[0]), Delivery(0.01)

    late.put([FILE])
    left.put([FILE])
    at[0] = 60.0

    assert list(late.take()) == []
    end = time.monotonic() + PATIENCE_SECONDS
    while left._files and time.monotonic() < end:
        time.sleep(0.01)
    assert list(left._files) == []


def test_each_operation_has_a_delivery_of_its_own() -> None:
    """The oldest gives way, so that forgotten ones fill no memory."""
    deliveries = Deliveries()
    first, second = deliveries.open("op-1"), deliveries.open("op-2")
    first.put([FILE])

    assert list(deliveries.take("op-2")) == []
    assert list(deliveries.take("op-1")) == [FILE]
    assert list(deliveries.take("op-1")) == []
    second.put([FILE])  # its place was taken above, with nothing in it
    for number in range(MOST_AT_ONCE + 1):
        deliveries.open(f"more-{number}").put([FILE])
    assert list(deliveries.take("more-0")) == []
    assert list(deliveries.take("more-1")) == [FILE]
    for number in range(2, MOST_AT_ONCE + 1):
        deliveries.take(f"more-{number}")
