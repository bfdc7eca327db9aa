"""How valid files are damaged, by a random generator and the material that hypothesis found."""

from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

#: Values that readers of TOML, JSON and CSV may stumble over.
NUMBERS = (
    *("0", "-0", "-1", "1e999", "-1e308", "5e-324", "nan", "inf", "0x7fffffffffffffff", "1_000"),
    *("18446744073709551616", "1" * 400, "9" * 5000, "1e-400", "true", "false", "0.1", "3"),
)
TEXTS = (
    *('""', '"20 ms"', '"-65 mV"', '"1e400 V"', '"1 furlong"', "''", '"\\u0000"', '"\\u001b[2J"'),
    *('"../../etc/passwd"', '"/dev/zero"', '"lif"', '"equations"', '"' + "x" * 3000 + '"'),
    *('"; system(0);"', '"#include <x>"', "'''a\nb'''", '"\\\\"', '"\\u202e"', '"{0}"', '"%s"'),
)
NESTED = (
    *("[]", "{}", "[[]]", "{ a = 1 }", "[" * 50 + "]" * 50, "[" * 5000, '{ dist = "normal" }'),
    *('{ dist = "uniform", low = "1 ms", high = "9 ms" }', "1979-05-27", "07:32:00"),
    *('{ dist = "normal", mean = "20 ms", sd = "1e30 ms" }', "[1, 2]", '["a", {b = [1]}]'),
)
VALUES = (*NUMBERS, *TEXTS, *NESTED)

_TABLES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=10,
)


@dataclass(frozen=True)
class Material:
    """What some inputs are made with: a seed, texts, bytes, tables and lists."""

    seed: int
    texts: list[str]
    bytes: list[bytes]
    tables: list


MATERIAL = st.builds(
    Material,
    st.integers(0, 2**64 - 1),
    st.lists(st.text(max_size=12), min_size=3, max_size=6),
    st.lists(st.binary(max_size=40), min_size=3, max_size=6),
    st.lists(_TABLES, min_size=2, max_size=3),
)


def damaged_bytes(content: bytes, random: Random, some: Material) -> bytes:
    """Bytes of a file with some changed, put in, left out, said again, or cut off."""
    for _ in range(random.randint(1, 4)):
        at, n = random.randint(0, len(content)), random.choice((0, 1, 1, 2, 4, 8, 64))
        new = random.choice((random.randbytes(n), random.choice(some.bytes)))
        before, after = content[:at], content[at:]
        content = random.choice(
            (
                *(before + new + after[len(new) :], before + new + after[len(new) :]),
                *(before + new + after, before + after[n:], before + before[-n:] * 3 + after),
                *(before, content + new),
            )
        )
    return content


def damaged_lines(
    text: str, random: Random, some: Material, values=VALUES, separator: str = " = "
) -> bytes:
    """Lines of a text with some given another value, left out, said again, or moved."""
    lines = text.splitlines()
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(lines) or 1)
        line = lines[at] if lines else ""
        value, new = random.choice((*values, *some.texts)), random.choice(some.texts)
        k = random.randint(0, len(line))
        lines[at : at + 1] = random.choice(
            (
                *([f"{line.partition(separator)[0]}{separator}{value}"],) * 4,
                *(
                    [],
                    [line, line],
                    [f"{new}{separator}{value}", line],
                    [line[:k] + new + line[k:]],
                ),
            )
        )
    return encoded("\n".join(lines) + random.choice(("\n", "\n", "")))


def encoded(text: str) -> bytes:
    """As UTF-8, with half characters, which are none."""
    return text.encode("utf-8", "surrogatepass")
