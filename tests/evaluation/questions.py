"""Easy questions about a made-up file of orders, and what right answers hold."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

FILE = "orders.csv"

Expected = float | str
Table = Any
"""A `pandas.DataFrame`: pandas comes without types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, and what a right answer holds."""

    text: str
    expected: Callable[[Table], Iterable[Expected]]
    plot: str = ""
    """A pattern that the plotting code must match; empty when no plot is asked for."""
    after: str = ""
    """A question that was asked and answered before this one."""


QUESTIONS = (
    Question(
        text="What is the mean price per store?", expected=lambda d: d.groupby("store").unit_price.mean()
    ),
    Question(text="How many orders are in this file?", expected=lambda d: [len(d)]),
    Question(text="what's the total quantity sold", expected=lambda d: [d.quantity.sum()]),
    Question(
        text="Which category brought in the most money in total?",
        expected=lambda d: [d.groupby("category").total.sum().idxmax()],
    ),
    Question(text="How many shipping values are missing?", expected=lambda d: [d.shipping.isna().sum()]),
    Question(
        text="Draw a bar chart of the total quantity for each store",
        expected=lambda d: [],
        plot=r"bar",
    ),
    Question(
        text="Show me how unit_price is distributed, as a histogram", expected=lambda d: [], plot=r"hist"
    ),
    Question(
        text="What is the median total of orders from the Harbour store?",
        expected=lambda d: [d[d.store == "Harbour"].total.median()],
    ),
    Question(
        text="Is there a correlation between quantity and total? Give the coefficient.",
        expected=lambda d: [d.quantity.corr(d.total)],
    ),
    Question(text="How many orders have a quantity above 10?", expected=lambda d: [(d.quantity > 10).sum()]),
    Question(
        text="Sum up the total per month", expected=lambda d: d.groupby(d.order_date.dt.month).total.sum()
    ),
    Question(
        text="What were the highest and the lowest unit price?",
        expected=lambda d: [d.unit_price.max(), d.unit_price.min()],
    ),
    Question(text="How many different categories exist?", expected=lambda d: [d.category.nunique()]),
    Question(text="Count the orders per category", expected=lambda d: d.category.value_counts()),
    Question(
        text="Plot the total over time as a line",
        expected=lambda d: [],
        plot=r"\.plot\(|lineplot",
    ),
    Question(
        text="What is the average shipping cost for books?",
        expected=lambda d: [d[d.category == "books"].shipping.mean()],
    ),
    Question(text="Scatter unit_price against quantity please", expected=lambda d: [], plot=r"scatter|'o'"),
    Question(
        text="What is the mean total by store? Make a bar chart of it as well.",
        expected=lambda d: d.groupby("store").total.mean(),
        plot=r"bar",
    ),
    Question(
        text="and the median instead?",
        after="What is the mean price per store?",
        expected=lambda d: d.groupby("store").unit_price.median(),
    ),
    Question(
        text="Now only for games",
        after="How many orders are there per store?",
        expected=lambda d: d[d.category == "games"].store.value_counts(),
    ),
)


def orders(folder: Path) -> Table:
    """Write the made-up file, and return it as pandas reads it."""
    chance = random.Random(20)
    stores = ("Harbour", "Station", "Old Town", "Airport")
    prices = {"books": 14.0, "games": 39.0, "paper": 6.0, "music": 18.0}
    lines = ["order_date,store,category,quantity,unit_price,shipping,total"]
    for number in range(260):
        day = date(2025, 1, 1) + timedelta(days=number * 365 // 260)
        category = chance.choices(tuple(prices), (4, 2, 3, 2))[0]
        quantity = chance.randint(1, 15)
        price = round(prices[category] * chance.uniform(0.8, 1.3), 2)
        shipping = "" if chance.random() < 0.08 else f"{chance.choice((0.0, 2.5, 4.9)):.1f}"
        store = chance.choices(stores, (4, 3, 2, 2))[0]
        lines.append(f"{day},{store},{category},{quantity},{price},{shipping},{round(quantity * price, 2)}")
    (folder / FILE).write_text("\n".join(lines) + "\n")
    return pd.read_csv(folder / FILE, parse_dates=["order_date"])
