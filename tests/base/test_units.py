"""Quantities as text: nothing is lost, and what is no quantity is refused with a reason."""

import math

import numpy as np
import pytest
from brian2 import Mohm, amp, kHz, ms, mV, nA, pA, volt
from brian2.units.fundamentalunits import DIMENSIONLESS, Quantity
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from spikingfa.base.units import (
    SMALLEST,
    Current,
    Delay,
    Rate,
    Resistance,
    Scale,
    Time,
    Voltage,
    format_quantity,
    parse_quantity,
)

UNITS = {
    "time": ("ns", "us", "ms", "second", "s"),
    "voltage": ("uV", "mV", "volt", "V"),
    "current": ("pA", "nA", "uA", "mA", "amp", "A"),
    "resistance": ("ohm", "kohm", "Mohm", "Gohm", "Ohm", "MOhm", "GOhm"),
    "rate": ("Hz", "kHz", "MHz"),
}
KINDS = list(UNITS)
SIZES = st.floats(2 * SMALLEST, 0.5 / SMALLEST)
NUMBERS = SIZES | SIZES.map(lambda size: -size) | st.sampled_from([0.0, -0.0])


class AllKinds(BaseModel):
    """One field of each type."""

    time: Time = "1 ms"
    delay: Delay = "0 ms"
    voltage: Voltage = "0 mV"
    current: Current = "0 pA"
    scale: Scale = "0 pA"
    resistance: Resistance = "1 ohm"
    rate: Rate = "1 Hz"


def si_unit(kind):
    """The quantity 1 in SI units."""
    one = parse_quantity(f"1 {UNITS[kind][0]}", kind)
    return Quantity(1.0, dim=one.dim)


@pytest.mark.parametrize("kind", KINDS)
@given(value=NUMBERS)
def test_any_number_comes_back_exactly(kind, value):
    text = format_quantity(value * si_unit(kind), kind)
    again = float(parse_quantity(text, kind))
    assert again == value
    assert math.copysign(1, again) == math.copysign(1, value)


@pytest.mark.parametrize(("kind", "unit"), [(k, u) for k in KINDS for u in UNITS[k]])
@given(number=st.floats(1e-12, 1e12) | st.floats(-1e12, -1e-12) | st.just(0.0))
def test_a_text_means_number_times_unit(kind, unit, number):
    one = float(parse_quantity(f"1 {unit}", kind))
    assert float(parse_quantity(f"{number!r} {unit}", kind)) == number * one


@pytest.mark.parametrize(
    ("text", "kind", "quantity"),
    [
        ("20 ms", "time", 20 * ms),
        ("20ms", "time", 20 * ms),
        ("  20   ms  ", "time", 20 * ms),
        ("2.e1 ms", "time", 20 * ms),
        ("+.02 second", "time", 20 * ms),
        ("20 msecond", "time", 20 * ms),
        ("-65 mV", "voltage", -65 * mV),
        ("-65 mvolt", "voltage", -65 * mV),
        ("1E-3 V", "voltage", 1 * mV),
        ("0.15 nA", "current", 150 * pA),
        ("100 MOhm", "resistance", 100 * Mohm),
        ("0.2 kHz", "rate", 0.2 * kHz),
    ],
)
def test_ways_to_write_a_quantity(text, kind, quantity):
    assert float(parse_quantity(text, kind)) == pytest.approx(float(quantity), rel=1e-15)
    assert parse_quantity(text, kind).dim == quantity.dim


@pytest.mark.parametrize(
    ("quantity", "kind", "text"),
    [
        (20 * ms, "time", "20 ms"),
        (0.1 * ms, "time", "0.1 ms"),
        (-65 * mV, "voltage", "-65 mV"),
        (0 * volt, "voltage", "0 mV"),
        (2 * nA, "current", "2000 pA"),
        (1 * amp, "current", "1e+12 pA"),
        (100 * Mohm, "resistance", "100 Mohm"),
        (0.2 * kHz, "rate", "200 Hz"),
    ],
)
def test_quantities_are_written_as_a_person_would(quantity, kind, text):
    assert format_quantity(quantity, kind) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("20", "has no unit"),
        ("", "got ''"),
        ("ms", "got 'ms'"),
        ("twenty ms", "got 'twenty ms'"),
        ("20 ms 5", "got '20 ms 5'"),
        ("20 ms/s", "got '20 ms/s'"),
        ("20,5 ms", "got '20,5 ms'"),
        ("0x10 ms", "got '0x10 ms'"),
        ("−20 ms", "got '−20 ms'"),
        ("20 µs", "got '20 µs'"),
        ("nan ms", "got 'nan ms'"),
        ("20 msec", "there is no unit 'msec', did you mean 'ms'?"),
        ("20 MS", "there is no unit 'MS', did you mean 'ms'?"),
        ("20 secondd", "there is no unit 'secondd', did you mean 'second'?"),
        ("20 parsecs_per_hour", "there is no unit 'parsecs_per_hour'"),
        ("20 __name__", "got '20 __name__'"),
        ("20 Unit", "there is no unit 'Unit'"),
        ("20 Quantity", "there is no unit 'Quantity'"),
        ("20 mV", "which is not a time"),
        ("20 Hz", "which is not a time"),
        ("20 metre", "which is not a time"),
        ("inf ms", "which is not finite"),
        ("-inf ms", "which is not finite"),
        ("1e999 ms", "which is not finite"),
    ],
)
def test_texts_that_are_no_time(text, reason):
    with pytest.raises(ValueError, match="needs a time with its unit") as caught:
        parse_quantity(text, "time")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [20, 20.0, None, True, [], {"a": 1}, b"20 ms", np.float64(20), [1, 2] * ms, [1] * ms],
    ids=repr,
)
def test_values_that_are_no_time(value):
    with pytest.raises(ValueError, match="needs a time with its unit"):
        parse_quantity(value, "time")


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_quantities_that_are_not_finite(number):
    with pytest.raises(ValueError, match="which is not finite"):
        parse_quantity(Quantity(number, dim=ms.dim), "time")


@pytest.mark.parametrize("text", ["1e-40 ms", "-1e-300 s", "5e-324 s", "1e30 s", "-1.7e308 s"])
def test_sizes_that_cannot_be_calculated_with(text):
    with pytest.raises(ValueError, match="which no computer can calculate with"):
        parse_quantity(text, "time")


@pytest.mark.parametrize("kind", KINDS)
def test_the_needed_kind_and_an_example_are_told(kind):
    with pytest.raises(ValueError, match=rf'needs a {kind} with its unit, such as "20 \w+"'):
        parse_quantity(Quantity(20.0, dim=DIMENSIONLESS), kind)
    with pytest.raises(ValueError, match=f"which is not a {kind}"):
        parse_quantity("20 kilogram", kind)


@pytest.mark.parametrize(
    ("field", "unit"),
    [("time", "ms"), ("resistance", "Mohm"), ("rate", "Hz")],
)
def test_fields_that_are_more_than_zero(field, unit):
    for number in ("0", "-5", "-1e-09", "-0.001"):
        with pytest.raises(ValidationError, match=f"must be more than zero, got {number} {unit}"):
            AllKinds.model_validate({field: f"{number} {unit}"})
    assert float(getattr(AllKinds.model_validate({field: f"1e-12 {unit}"}), field)) > 0


@pytest.mark.parametrize(("field", "unit"), [("delay", "ms"), ("scale", "pA")])
def test_fields_that_are_not_negative(field, unit):
    for number in ("-5", "-1e-09", "-0.001"):
        with pytest.raises(ValidationError, match=f"must not be negative, got {number} {unit}"):
            AllKinds.model_validate({field: f"{number} {unit}"})
    assert float(getattr(AllKinds.model_validate({field: f"0 {unit}"}), field)) == 0


@pytest.mark.parametrize(("field", "unit"), [("voltage", "mV"), ("current", "pA")])
def test_fields_of_any_sign(field, unit):
    for number in (-5, 0, 5):
        value = getattr(AllKinds.model_validate({field: f"{number} {unit}"}), field)
        assert np.sign(float(value)) == np.sign(number)


def test_a_record_does_not_change_with_the_quantity_it_was_given():
    given_delay = 5 * ms
    record = AllKinds(delay=given_delay)
    given_delay *= 2
    assert float(record.delay) == 0.005
