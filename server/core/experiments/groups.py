"""Who is held out now: by a running test, or by the standing control group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from server.core.experiments.dealing import standing_control

Mask = NDArray[np.bool_]

ACTION, CONTROL = "action", "control"
STANDING = "standing control"
OTHERS = "all others"
"""What the columns `Group` hold; the last two in `Test_Members` where the standing control group is compared, so that
nobody takes such members for dealt."""


@dataclass(frozen=True, slots=True)
class RunningGroups:
    """Members of the tests that run.

    Attributes
    ----------
    action, control
        Name of the test by customer id.
    """

    action: Mapping[str, str] = field(default_factory=dict)
    control: Mapping[str, str] = field(default_factory=dict)

    def held_out(self, customer_ids: Sequence[str], control_share: float) -> Mask:
        """Return who must not be contacted, shape (n,).

        Parameters
        ----------
        customer_ids
            As they stand in `Segmented_Customers`.
        control_share
            Of the standing control group (`ControlShare` in Settings). Members of a running test belong to their
            test's group alone.

        Examples
        --------
        >>> running = RunningGroups({"a": "Spring"}, {"b": "Spring"})
        >>> running.held_out(["a", "b", "c"], 0.0).tolist()
        [False, True, False]
        """
        standing = standing_control(customer_ids, control_share)
        held = [customer_id in self.control for customer_id in customer_ids]
        treated = [customer_id in self.action for customer_id in customer_ids]
        free = standing & ~np.array(treated, dtype=bool)
        return np.asarray(free | np.array(held, dtype=bool))

    def texts(self, customer_ids: Sequence[str], control_share: float) -> list[str]:
        """Return what stands in the column `Group` of each customer, "" for who is in none.

        >>> RunningGroups({"a": "Spring"}, {"b": "Spring"}).texts(["a", "b", "c"], 0.0)
        ['action: Spring', 'control: Spring', '']
        """
        standing = standing_control(customer_ids, control_share).tolist()
        return [
            f"{CONTROL}: {self.control[who]}"
            if who in self.control
            else f"{ACTION}: {self.action[who]}"
            if who in self.action
            else STANDING
            if stands
            else ""
            for who, stands in zip(customer_ids, standing, strict=True)
        ]

    def members(self) -> set[str]:
        """Return the ids of all members of running tests."""
        return {*self.action, *self.control}
