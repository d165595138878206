"""The tests' own reader of numbers reads every number whole."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.report.compose.wording import cardinal
from tests.report.numerals import sums_in, value_of


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        *(("86.5分", "86.5"), ("1,200份", 1200), ("12,345.6学时", "12345.6"), ("两项", 2)),
        *(("约一百零五人次", 105), ("20余份", 20), ("近三十人", 30), ("少于3人", 3)),
        *(("33.33%（1/3）", "33.33"), ("一万二千", 12_000), ("两亿零三", 200_000_003)),
    ],
)
def test_a_number_is_read_whole(printed: str, value: str | int) -> None:
    assert value_of(printed) == Decimal(value)


@example(100_000_000)
@given(st.integers(0, 10**12 - 1))
def test_a_number_in_chinese_is_read_as_it_was_written(value: int) -> None:
    assert value_of(cardinal(value, "chinese")) == value


@pytest.mark.parametrize(
    ("text", "total", "printed"),
    [
        ("时长：1.5+8=9.5", "9.5", "9.5"),
        ("参加：1,200+34=1,234，含约数", 1234, 1234),
        ("比上年多：10－3=7", 7, 7),
        ("5+8－3=9", 10, 9),
    ],
)
def test_a_sum_is_read_whole(text: str, total: str | int, printed: str | int) -> None:
    [(_, comes_to, says)] = sums_in(text)
    assert (comes_to, says) == (Decimal(total), Decimal(printed))


@pytest.mark.parametrize("text", ["1+2+…（共20项）=40", "3条记录+所属党组织合计6=9", "a=3"])
def test_what_is_no_sum_of_numbers_is_left_alone(text: str) -> None:
    assert list(sums_in(text)) == []
