"""What counts as saying the expected, with traps both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agent.evaluation.expected import Items, Number, Said, String
from jupyter_agent.evaluation.judge import judge_answer, judge_value
from jupyter_agent.spellings import numbers_in


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,234.5", [1234.5]),
        ("1\u202f234.5", [1234.5]),
        ("1'234 and 1_234", [1234, 1234]),
        ("1.234,5", [1234.5]),
        ("1,2,3", [1, 2, 3]),
        ("1.2e3 or 1.2E-3", [1200, 0.0012]),
        ("1.2 × 10^3", [1200]),
        (r"1.5 × 10⁻¹², 2·10⁶, $6.07 \times 10^{-18}$, 3 \cdot 10^{4}", [1.5e-12, 2e6, 6.07e-18, 3e4]),
        ("4 m², R² = 0.5, 10 × 20, 3 × 100", [4, 0.5, 10, 20, 3, 100]),
        ("3 million, 3M, 2.5k", [3e6, 3e6, 2500]),
        ("45 %", [45]),
        ("−3 and -3.5", [-3, -3.5]),
        ("$5, -$5.20, US$ 1,000", [5, -5.2, 1000]),
        ("12kg, 20.0°C, 3.5 m", [12, 20, 3.5]),
        ("**20.0**, `42`, (3.5), \\boxed{7}, x=5.", [20, 42, 3.5, 7, 5]),
        ("10-20, 10–20, 10%-20%", [10, 20, 10, 20, 10, 20]),
        ("57/100", [57, 100]),
        ("in 2025.", [2025]),
        ("A12, Q3, 2nd, 3D, v1.2.3, COVID-19, 3-day, sales_2024.csv, sales-2024.csv, 2024.csv", []),
        ("2025-03-01, 2025-03-01T10:00:00, 03/01/2025, 1.3.2025, 12:30", []),
        ("March 2025, 1 March 2025, on 3rd of May, Mar 3, 2025", []),
        ("Mar 3, 2025 was 4", [4]),
        ("am 6. März 2024 39, im Mai 2024 4, le 9 juillet 2024, en août 2023", [39, 4]),
        ("October 1257.6, May 8915, June 1985.50, July 2,024", [1257.6, 8915, 1985.5, 2024]),
        ("May 45, on May 31", [45]),
        ("1.234.567 €", [1234567]),
        ("Python 3.12, pandas 2.2, version 1.5 and 2.5", [2.5]),
        ("a rise of 2.9 percentage points, 3 percent", [2.9, 3]),
        ("1.5 M, 2 Mio. €, 3 Mrd. €, 4 millions; 12 M and 14 F", [1.5e6, 2e6, 3e9, 4e6, 12, 14]),
        ("1. North: 20\n2. South: 30", [20, 30]),
        ("42. That is it.", [42]),
        ("```python\nx = 3\n```\nIt is 4.", [4]),
        ("1e999, 1e-999, 2e16", [float("inf"), 0, 2e16]),
        ("1" * 400, [float("inf")]),
    ],
)
def test_numbers_are_found_in_their_usual_spellings_and_nowhere_else(text: str, numbers: list[float]) -> None:
    assert [number.value for number in numbers_in(text)] == pytest.approx(numbers)


REGIONS = ("North", "South", "East", "West")
MEAN = Number(20.0, tolerance=0.05)
BEST = String("North", REGIONS)
TOP = Items((String("North"), String("South")), ordered=True, among=REGIONS)
MEANS = Items((Number(20.0, 0.05), Number(40.0, 0.05)), ordered=False)


@pytest.mark.parametrize(
    ("answer", "expected", "judgement"),
    [
        # one number
        ("20", MEAN, "solved"),
        ("The mean price is 20.0.", MEAN, "solved"),
        ("The mean price is 20.04, rounded.", MEAN, "solved"),
        ("The mean price is 20.06.", MEAN, "wrong"),
        ("The mean price is 200.", MEAN, "wrong"),
        ("I cannot tell.", MEAN, "wrong"),
        ("Order A20 of 2020-20-20 has no price.", MEAN, "wrong"),
        ("It is not 20.", MEAN, "wrong"),
        ("The mean price is **20.0** across 57 orders.", MEAN, "solved"),
        ("The mean price is 20.0 across 57 orders.", MEAN, "solved"),
        ("There are 57 orders. The sum is 1,140. So the mean price is 20.0.", MEAN, "solved"),
        ("There are 57 orders with a mean of 20.0.", MEAN, "unclear"),
        ("It is 20 or 21.", MEAN, "unclear"),
        ("It is 20, or perhaps it is 21.", MEAN, "unclear"),
        ("It is 20. No, it is 21.", MEAN, "unclear"),
        ("The mean is 21. The mean is 20.", MEAN, "unclear"),
        ("10, 15, 20, 25, 30, 35, 40, 45, 50, 55", MEAN, "unclear"),
        ("55, 50, 45, 40, 35, 30, 25, 20", MEAN, "unclear"),
        ("A is 10. B is 15. C is 30. D is 25. E is 20.", MEAN, "unclear"),
        ("- North: 10\n- South: 30\n- West: 20", MEAN, "unclear"),
        ("| north | 10 |\n| south | 20 |", MEAN, "unclear"),
        ("Sum: 1140\nCount: 57\nMean: 20", MEAN, "unclear"),
        ("- North: 10\n- South: 30\n\nThe mean is 20.", MEAN, "solved"),
        ("Count: 57\nAnswer: 20", MEAN, "solved"),
        ("Count: 57\n**Final answer:** 20 €\nThat is all of 2025.", MEAN, "solved"),
        ("Answer: 57\nThe mean is 20.", MEAN, "unclear"),
        ("The share is 45 %.", Number(0.45, 0.001), "solved"),
        ("The share is 45 %.", Number(45, 0.1), "solved"),
        ("The share is 45.", Number(0.45, 0.001), "wrong"),
        ("The change is −3.", Number(-3), "solved"),
        ("The change is 3.", Number(-3), "wrong"),
        ("It is 1,234.", Number(1200, relative=0.03), "solved"),
        ("It is 1,237.", Number(1200, relative=0.03), "wrong"),
        # one string
        ("north", BEST, "solved"),
        ("The best region is  **North**.", BEST, "solved"),
        ("The best is North, followed by South.", BEST, "solved"),
        ("North has the highest sales, before South and East.", BEST, "solved"),
        ("North, South, East, West", BEST, "unclear"),
        ("The best is North or South.", BEST, "unclear"),
        ("North and South have the highest sales.", BEST, "unclear"),
        ("The best is South, followed by North.", BEST, "unclear"),
        ("While North had the most orders, South earned the highest sum.", BEST, "unclear"),
        ("It is not North.", BEST, "wrong"),
        ("Northern sales were best.", BEST, "wrong"),
        ("new   YORK", String("New York"), "solved"),
        ("It is New York.", String("York", ("York", "New York")), "wrong"),
        # lists
        ("North, then South.", TOP, "solved"),
        ("1. North (60)\n2. South (40)", TOP, "solved"),
        ("South, then North.", TOP, "wrong"),
        ("North.", TOP, "wrong"),
        ("North, South, East.", TOP, "unclear"),
        ("North 40.0, south 20.0.", MEANS, "solved"),
        ("North 40.0, south 20.0, of 57.", MEANS, "unclear"),
        ("North 40.0.", MEANS, "wrong"),
        ("[1, 1, 2]", Items((Number(1), Number(1), Number(2)), ordered=True), "solved"),
        ("[1, 2]", Items((Number(1), Number(1), Number(2)), ordered=False), "wrong"),
    ],
)
def test_an_answer_must_decide_for_the_expected(answer: str, expected: Said, judgement: str) -> None:
    verdict = judge_answer(answer, expected)
    assert verdict.judgement == judgement, verdict.reason
    assert bool(verdict.reason) == (judgement != "solved")


def test_numbers_that_repeat_the_question_are_no_rivals() -> None:
    asked = "How many orders are above 10 of 57?"
    answer = "Of 57 orders 20 were above 10."
    assert judge_answer(answer, Number(20), asked).judgement == "solved"
    assert judge_answer(answer, Number(20)).judgement == "unclear"
    assert judge_answer("All 57.", Number(57), asked).judgement == "solved"


@pytest.mark.parametrize(
    ("value", "expected", "right"),
    [
        (20.04, MEAN, True),
        (21, MEAN, False),
        (True, Number(1), False),
        ("20", MEAN, False),
        (None, MEAN, False),
        (" north ", BEST, True),
        ("South", BEST, False),
        (["north", "South"], TOP, True),
        (["South", "North"], TOP, False),
        ([40, 20], MEANS, True),
        ([40, 40], MEANS, False),
        ([40, 20, 20], MEANS, False),
        (20, MEANS, False),
    ],
)
def test_a_variable_must_be_the_expected(value: object, expected: Said, right: bool) -> None:
    assert (judge_value(value, expected).judgement == "solved") is right


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_alone_is_understood_as_python_writes_it(value: float) -> None:
    assert judge_answer(f"{value!r}", Number(value)).judgement == "solved"
    assert judge_answer(f"It is **{value!r}**.", Number(value)).judgement == "solved"


@given(
    st.text(alphabet="0123456789.,-−+eE% \n*_|:$kM'\u202f/()orisa", max_size=80),
    st.sampled_from([MEAN, BEST, TOP, MEANS]),
)
def test_no_answer_is_too_odd_to_be_judged(text: str, expected: Said) -> None:
    assert judge_answer(text, expected).judgement in ("solved", "unclear", "wrong")


@given(st.integers(2, 30), st.integers(0, 29))
def test_a_number_among_others_never_passes_by_accident(count: int, place: int) -> None:
    numbers = [str(11 * (n + 1)) for n in range(count)]
    expected = Number(11.0 * (place % count + 1))
    for text in (
        f"It is {', '.join(numbers)}.",
        f"It is {' or '.join(numbers)}.",
        "\n".join(["They are:", *(f"- {number}" for number in numbers)]),
        "\n".join(f"| city {number} | {number} |" for number in numbers),
    ):
        assert judge_answer(text, expected).judgement == "unclear"
