"""The models that expected spend is measured beside are the published ones."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from local.load import cdnow
from proving.evaluate_value import before, repeats_of
from proving.purchase_models import BgNbd, GammaGamma, Repeats, cell_means, fit_bg_nbd, fit_gamma_gamma
from proving.transactions import read_transactions
from server.core.wall_clock import EPOCH
from server.training.value import purchases_by_id

CUT = dt.date(1997, 10, 1)


@pytest.fixture(scope="module")
def seen() -> Repeats:
    """The tenth of CDNOW's customers that the papers use, in their first 39 weeks."""
    transactions = before(read_transactions(cdnow().with_name("CDNOW_sample.txt")), CUT)
    return repeats_of(purchases_by_id(transactions)[0], (CUT - EPOCH).days)


def test_bg_nbd_has_the_published_parameters_of_cdnow(seen: Repeats) -> None:
    """Fader, Hardie and Lee (2005), table 2: r .243, alpha 4.414, a .793, b 2.426, of 2,357 customers."""
    fitted = fit_bg_nbd(seen)

    assert len(seen.x) == 2357
    assert (fitted.r, fitted.alpha, fitted.a, fitted.b) == pytest.approx(
        (0.243, 4.414, 0.793, 2.426), abs=0.001
    )


def test_gamma_gamma_has_the_published_parameters_of_cdnow(seen: Repeats) -> None:
    """Fader and Hardie (2013): p 6.25, q 3.74, gamma 15.44, of the 946 customers with a repeat purchase."""
    fitted = fit_gamma_gamma(seen)

    assert int((seen.z > 0).sum()) == 946
    assert (fitted.p, fitted.q, fitted.gamma) == pytest.approx((6.25, 3.74, 15.44), abs=0.005)


def test_bg_nbd_expects_what_its_authors_expect_of_a_customer() -> None:
    """Their customer 0001: x = 2, t_x = 30.43, T = 38.86 has 1.226 purchases to come in 39 weeks."""
    model = BgNbd(0.243, 4.414, 0.793, 2.426)
    one = Repeats(np.array([2.0]), np.array([30.43]), np.array([38.86]), np.array([22.35]))

    assert model.expected(one, 39.0) == pytest.approx([1.226], abs=0.001)


def test_gamma_gamma_draws_a_customer_towards_the_mean_of_all() -> None:
    """One who never came again is told the mean p · gamma / (q - 1); one who came often, nearly their own mean."""
    model = GammaGamma(6.25, 3.74, 15.44)
    two = Repeats(np.array([0.0, 400.0]), np.zeros(2), np.zeros(2), np.array([0.0, 80.0]))

    assert model.expected(two) == pytest.approx([6.25 * 15.44 / 2.74, 80.0], abs=0.1)


def test_a_small_cell_is_told_by_the_coarser_one() -> None:
    """29 customers are too few for a figure of their own: they count with all of the same R and F score."""
    then = np.array([[5, 5, 5]] * 29 + [[5, 5, 4]] * 31)
    came = np.array([60.0] * 29 + [0.0] * 31)

    assert cell_means(then, came, np.array([[5, 5, 5], [5, 5, 4]])).tolist() == [29.0, 0.0]
