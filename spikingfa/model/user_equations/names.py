"""Names that a model file may give to variables: Brian2, Python and C++ take them as they are."""

import errno
import keyword
import re
import signal

LONGEST = 64
_FORM = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

_CPP = """
alignas alignof and_eq asm auto bitand bitor bool break case catch char char16_t char32_t char8_t
class compl concept const const_cast consteval constexpr constinit continue co_await co_return
co_yield decltype default delete do double dynamic_cast else enum explicit export extern false
float for friend goto if inline int long mutable namespace new noexcept not_eq nullptr operator
or_eq private protected public register reinterpret_cast requires return short signed sizeof
static static_assert static_cast struct switch template this thread_local throw true try typedef
typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq
"""

#: Of the C library: what the preprocessor replaces, and what Brian2's code may call.
_C_LIBRARY = """
NULL EOF NAN INFINITY HUGE_VAL HUGE_VALF RAND_MAX BUFSIZ assert offsetof errno stdin stdout stderr
linux unix alloca main std brian system popen exec fork malloc calloc realloc free memcpy memset
printf fprintf sprintf fopen fread fwrite fclose fabs fmin fmax fmod pow isnan isinf isfinite
int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t size_t ssize_t ptrdiff_t
"""

#: What Brian2 has a meaning for, besides its functions, constants and units.
OF_BRIAN2 = frozenset(
    {
        *("t", "dt", "t_in_timesteps", "xi", "i", "N"),
        *("not_refractory", "refractory", "refractory_until"),
    }
)
_MACROS = {*errno.errorcode.values(), *(name for name in vars(signal) if name.startswith("SIG"))}
OF_PYTHON = frozenset(keyword.kwlist)
OF_CPP = frozenset(_CPP.split())
OF_THE_C_LIBRARY = frozenset(_C_LIBRARY.split()) | _MACROS


def problem_of_name(name: str) -> str | None:
    """Why a variable cannot be called so; None if it can."""
    if len(name) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    if not _FORM.fullmatch(name):
        return "it needs letters of the English alphabet, digits and _, and a letter first"
    if "__" in name:
        return "names with two underscores belong to the compiler"
    if name in OF_PYTHON:
        return "it is a word of Python"
    if name in OF_CPP:
        return "it is a word of C++"
    if name in OF_THE_C_LIBRARY or name.startswith("M_"):
        return "the C library has something of that name"
    return None


def problem_of_taken(name: str, whose: str, taken: set[str]) -> str:
    """Why a variable cannot have one of these names, which are listed."""
    return f"{name!r} is a name that {whose} needs itself; taken are {', '.join(sorted(taken))}"
