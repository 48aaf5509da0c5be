"""Makes the open suite: small files from seeded chance, and questions whose answers are computed from them.

    python -m tests.evaluation.make_suite [FOLDER]

writes `suite/open.jsonl` and its files anew; a test compares. Answers are computed from the rows before they
are written, in plain Python: from clean ones, also where the file is made dirty afterwards.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import mean, median
from typing import Any

import pandas as pd

FOLDER = Path(__file__).parent / "suite"
SUITE = "open.jsonl"

Row = dict[str, Any]

CITIES = ("Bergen", "Gdansk", "Porto", "Turku")
PRICES = {"tea": 4.0, "coffee": 9.0, "cocoa": 6.0}
MONTHS = ("January", "February", "March", "April", "May", "June")


def orders(chance: random.Random) -> list[Row]:
    """Orders of four shops in half a year."""
    rows = []
    for number in range(180):
        product = chance.choices(tuple(PRICES), (5, 3, 2))[0]
        rows.append(
            {
                "order_id": 1001 + number,
                "date": date(2025, 1, 1) + timedelta(days=number),
                "city": chance.choices(CITIES, (4, 3, 2, 3))[0],
                "product": product,
                "quantity": chance.randint(1, 12),
                "unit_price": round(PRICES[product] * chance.uniform(0.8, 1.4), 2),
                "customer": f"C{chance.randint(1, 40):03}",
            }
        )
    return rows


def customers(chance: random.Random) -> list[Row]:
    """Some customers of the orders are missing here, and some here never ordered."""
    return [
        {"customer": f"C{number:03}", "segment": chance.choice(("private", "business", "school"))}
        for number in range(4, 51)
    ]


def stations(chance: random.Random) -> list[Row]:
    """Weather stations, with nested readings."""
    return [
        {
            "station": name,
            "country": country,
            "readings": [
                {"month": month, "rain_mm": round(chance.uniform(20, 140), 1)} for month in range(1, 7)
            ],
        }
        for name, country in (("Alta", "NO"), ("Bodo", "NO"), ("Evora", "PT"), ("Lodz", "PL"), ("Oulu", "FI"))
    ]


def revenue(row: Row) -> float:
    return float(row["quantity"] * row["unit_price"])


def by(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def ranked(totals: Mapping[str, float]) -> list[str]:
    """The names, that of the highest total first; a question about a tie would have several answers."""
    assert len(set(totals.values())) == len(totals), f"a tie: {totals}"
    return sorted(totals, key=lambda name: -totals[name])


def best(totals: Mapping[str, float]) -> str:
    return ranked(totals)[0]


def easy(rows: list[Row]) -> list[Row]:
    """One clean file, one look."""
    per_city = {city: float(sum(map(revenue, group))) for city, group in by(rows, "city").items()}
    sold = {city: sum(row["quantity"] for row in group) for city, group in by(rows, "city").items()}
    ask = _asker("easy", "orders.csv")
    return [
        ask("rows", "How many orders are in this file?", number=len(rows)),
        ask("quantity", "What is the total quantity sold?", number=sum(row["quantity"] for row in rows)),
        ask(
            "mean-price",
            "What is the mean unit_price? Give two decimals.",
            number=round(mean(row["unit_price"] for row in rows), 4),
            tolerance=0.006,
        ),
        ask(
            "best-city",
            "Which city has the highest total revenue (quantity times unit_price)? Name only that city.",
            string=best(per_city),
            among=list(CITIES),
        ),
        ask("large", "How many orders have a quantity above 8?", number=sum(r["quantity"] > 8 for r in rows)),
        ask("products", "Which products are sold?", list=sorted(PRICES)),
        ask(
            "cities-by-quantity",
            "List the cities by total quantity sold, the highest first.",
            list=ranked(sold),
            ordered=True,
            among=list(CITIES),
        ),
        ask(
            "variable",
            "Store the highest unit_price as a number in the variable highest, and print it.",
            variable="highest",
            equals={"number": max(row["unit_price"] for row in rows)},
        ),
    ]


def medium(rows: list[Row], people: list[Row], places: list[Row]) -> list[Row]:
    """Two files, or several steps."""
    segments = {row["customer"]: row["segment"] for row in people}
    known = [row | {"segment": segments[row["customer"]]} for row in rows if row["customer"] in segments]
    per_segment = {name: float(sum(map(revenue, group))) for name, group in by(known, "segment").items()}
    per_month = {
        MONTHS[month - 1]: float(sum(map(revenue, group)))
        for month, group in by([row | {"month": row["date"].month} for row in rows], "month").items()
    }
    rain = {place["station"]: sum(one["rain_mm"] for one in place["readings"]) for place in places}
    per_customer = {name: float(sum(map(revenue, group))) for name, group in by(rows, "customer").items()}
    both, weather = _asker("medium", "orders.csv", "customers.xlsx"), _asker("medium", "weather.json")
    alone = _asker("medium", "orders.csv")
    return [
        both(
            "best-segment",
            "Which customer segment has the highest total revenue (quantity times unit_price)? Only name it.",
            string=best(per_segment),
            among=sorted(per_segment),
        ),
        both(
            "unknown-customers",
            "How many orders are from customers that the customer list does not have?",
            number=len(rows) - len(known),
        ),
        both(
            "without-orders",
            "How many customers of the list never ordered?",
            number=len(segments.keys() - {row["customer"] for row in rows}),
        ),
        alone(
            "best-month",
            "In which month was the total revenue (quantity times unit_price) highest? Give its name only.",
            string=best(per_month),
            among=list(MONTHS),
        ),
        alone(
            "median-customer",
            "What is a customer's total revenue (quantity times unit_price)? Give the customers' median.",
            number=round(median(per_customer.values()), 4),
            relative=0.001,
        ),
        weather(
            "rain",
            "Which station had the most rain in total? Only name it.",
            string=best(rain),
            among=sorted(rain),
        ),
        weather(
            "share",
            "What percentage of all the rain fell in stations in NO? Give one decimal.",
            number=round(100 * (rain["Alta"] + rain["Bodo"]) / sum(rain.values()), 4),
            tolerance=0.06,
        ),
    ]


def dirty(rows: list[Row], people: list[Row], places: list[Row]) -> list[Row]:
    """The same facts in files that are not clean."""
    per_city = {city: float(sum(map(revenue, group))) for city, group in by(rows, "city").items()}
    named = _asker("dirty", "orders_dirty.csv")
    segments = {row["customer"]: row["segment"] for row in people}
    three = _asker("dirty", "orders_dirty.csv", "customers.xlsx", "weather.json")
    hint = "Some orders are in the file twice: count each order_id once. "
    school = sum(segments.get(row["customer"]) == "school" for row in rows)
    return [
        named("once", f"{hint}How many different orders are there?", number=len(rows)),
        named(
            "total",
            f"{hint}What is the total revenue (quantity times unit_price)?",
            number=round(sum(map(revenue, rows)), 2),
            tolerance=0.5,
        ),
        named(
            "city",
            f"{hint}City names are written in different ways. Which city has the highest total revenue "
            "(quantity times unit_price)? Name only that city.",
            string=best(per_city),
            among=list(CITIES),
        ),
        named(
            "clean",
            f"{hint}Store a list of the different city names, written properly (first letter large), in the "
            "variable cities, and print it.",
            variable="cities",
            equals={"list": list(CITIES)},
        ),
        three(
            "schools",
            f"{hint}How many orders are from customers of the segment school?",
            number=school,
        ),
    ]


def _asker(level: str, *files: str) -> Any:
    def ask(name: str, question: str, **expected: Any) -> Row:
        return {
            "id": f"{level}-{name}",
            "level": level,
            "question": question,
            "files": list(files),
            "expected": expected,
        }

    return ask


def soiled(rows: Sequence[Row], chance: random.Random) -> list[Row]:
    """The rows with lines twice, prices as people write them, and cities in all spellings."""
    spelled: list[Callable[[str], str]] = [
        str.upper,
        str.lower,
        lambda city: f" {city}",
        lambda city: f"{city} ",
        str,
    ]
    dirty = [
        row
        | {
            "city": chance.choice(spelled)(row["city"]),
            "unit_price": f"{row['unit_price']:.2f} EUR" if chance.random() < 0.4 else row["unit_price"],
        }
        for row in rows
    ]
    dirty += chance.sample(dirty, 12)
    chance.shuffle(dirty)
    return dirty


def write(folder: Path) -> None:
    """Write the suite and its files."""
    chance = random.Random(4)
    rows, people, places = orders(chance), customers(chance), stations(chance)
    _csv(folder / "orders.csv", rows)
    _csv(folder / "orders_dirty.csv", soiled(rows, chance))
    pd.DataFrame(people).to_excel(folder / "customers.xlsx", index=False, sheet_name="customers")
    (folder / "weather.json").write_text(json.dumps(places, indent=1) + "\n")
    questions = [*easy(rows), *medium(rows, people, places), *dirty(rows, people, places)]
    (folder / SUITE).write_text("".join(json.dumps(question) + "\n" for question in questions))


def _csv(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
