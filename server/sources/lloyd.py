"""Lloyd's steps over all customers, in the engine: a model that was found on a sample moves on to them."""

from __future__ import annotations

import numpy as np
from msgspec import structs

from server.core.segments.model import Model
from server.sources.expressions import placing as of_placing
from server.sources.expressions.compiling import Table
from server.sources.stages import Tables

LLOYD_STEPS = 20
"""A first model that was found on a sample takes so many steps over all customers."""
_SETTLED = 1e-9


def moved_on(tables: Tables, customers: Table, model: Model) -> Model:
    """Return a model whose centres took Lloyd's steps over all customers; the engine adds up, once a step."""
    points = of_placing.with_space(customers, model).select("x", "y", "z")
    made = tables.make("points", points)
    centres = np.array(model.centres)
    for _ in range(LLOYD_STEPS):
        sums = tables.ask(of_placing.step_sums(made, centres.tolist()))
        place, many = sums["place"].astype(np.int64), sums["customers"].astype(np.float64)
        after = centres.copy()
        after[place] = np.column_stack([sums[axis].astype(np.float64) for axis in "xyz"]) / many[:, None]
        step = float(np.abs(after - centres).max())
        centres = after
        if step < _SETTLED:
            break
    return structs.replace(model, centres=[tuple(centre) for centre in centres.tolist()])
