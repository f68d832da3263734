"""The passengers of international airlines."""

import pandas as pd

PASSENGERS = (
    *(112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118),
    *(115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140),
    *(145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166),
    *(171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194),
    *(196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201),
    *(204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229),
    *(242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278),
    *(284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306),
    *(315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336),
    *(340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337),
    *(360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405),
    *(417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432),
)


def load_air_passengers():
    """Load the monthly passengers of international airlines, 1949 to 1960.

    The 144 figures of Box and Jenkins: a trend, and a yearly season that grows with it.

    Returns
    -------
    passengers : Series of int64, named "passengers"
        Thousands of passengers in each month. The index is a PeriodIndex of months, named "month",
        since a figure is the total of a month and not of an instant; ``passengers.to_timestamp()``
        gives dates.

    References
    ----------
    .. [1] G. E. P. Box and G. M. Jenkins, "Time Series Analysis: Forecasting and Control", 1976,
       series G.

    Examples
    --------
    >>> from skrnn.datasets import load_air_passengers
    >>> load_air_passengers().tail(3)
    month
    1960-10    461
    1960-11    390
    1960-12    432
    Freq: M, Name: passengers, dtype: int64
    """
    months = pd.period_range("1949-01", periods=len(PASSENGERS), freq="M", name="month")
    return pd.Series(PASSENGERS, index=months, name="passengers", dtype="int64")
