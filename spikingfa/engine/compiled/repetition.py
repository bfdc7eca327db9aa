"""Says once what Brian2's C++ says again for each code object and each array.

More than half of its text is the functions of Brian2's library, and how an array is set by name
and left in its file; compilers take their time for all of it. What a version of Brian2 writes in
another way stays.
"""

import re
from pathlib import Path

_HEADER = Path(__file__).parents[1] / "templates" / "arrays.h"

#: The functions that a code object brings along, in an anonymous namespace.
_SUPPORT = re.compile(r"\nnamespace \{\n(.*?)\n\}\n", re.DOTALL)
_OPENED = "using namespace brian;"

#: How an array is set if its name is given: name, size and address.
_SET = re.compile(
    r'if \(name == "([^"]+)"\) \{\s*'
    r"var_size = ([^;]+);\s*data_size = [^;]+;\s*"
    r"if \(s_value\[0\] [^{]+\{[^{}]+\} else \{[^{}]*"
    r"set_variable_from_file\(name, ([^;]+), data_size, s_value\);\s*"
    r"\}\s*return;\s*\}"
)
#: How it is written: its file, its name where it may be empty, its address and size.
_WRITTEN = re.compile(
    r"ofstream (\w+);\s*"
    r'\1\.open\(results_dir \+ "(\w+)", [^;]+;\s*'
    r"if\(\1\.is_open\(\)\)\s*\{\s*"
    r"(?:if \(! (\w+)\.empty\(\) \)\s*\{\s*)?"
    r"\1\.write\(reinterpret_cast<char\*>\(([^;]+?)\), ([^;]+)\);\s*"
    r"\1\.close\(\);\s*"
    r"\}[^;]+;\s*\}"
)
#: Where another file is named, of which Brian2 writes all.
_RESULT = re.compile(r'results_dir \+ "(\w+)"')


def with_shared_support(texts: list[str]) -> list[str]:
    """Files with their anonymous namespaces named, those that hold the same kept once."""
    names: dict[str, str] = {}
    return [_with_support(text, names) for text in texts]


def _with_support(text: str, names: dict[str, str]) -> str:
    support = _SUPPORT.search(text)
    if not support:
        return text
    body = support[1]
    kept = ""
    if body not in names:
        names[body] = f"support_{len(names)}"
        kept = f"\nnamespace {names[body]} {{\n{body}\n}}\n"
    text = text[: support.start()] + kept + text[support.end() :]
    return text.replace(_OPENED, f"{_OPENED} using namespace {names[body]};")


def with_short_arrays(texts: list[str]) -> list[str]:
    """Files in which arrays are set and written by a call, after the functions that are called.

    No files are left but those of arrays that are asked for.
    """
    return [_HEADER.read_text("utf-8"), *map(_with_short_arrays, texts)]


def _with_short_arrays(text: str) -> str:
    text = _SET.sub(r'if (name == "\1") return set_array(\3, \2, s_value);', text)
    text = _WRITTEN.sub(_call_of_write, text)
    return _RESULT.sub(r'result_file(results_dir, "\1")', text)


def _call_of_write(written: re.Match) -> str:
    _, name, array, address, size = written.groups()
    if array:
        address = f"{array}.empty() ? nullptr : {address}"
    return f'write_array(results_dir, "{name}", {address}, {size});'
