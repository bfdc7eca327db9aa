"""What Brian2 repeats is said once, of all that the installed version writes."""

import re
import subprocess

import numpy as np
import pytest
from helpers.chunks import small_blueprint

from spikingfa.engine.compiled.cache import compiled
from spikingfa.engine.compiled.compiler import compiler
from spikingfa.engine.compiled.repetition import with_shared_support, with_short_arrays

OBJECT = "#include <cmath>\nnamespace {{\n{}\n}}\nvoid {}() {{\n    using namespace brian;\n}}\n"


def test_functions_that_two_code_objects_bring_along_are_kept_once():
    texts = [OBJECT.format("f();", "one"), OBJECT.format("f();", "two"), OBJECT.format("g();", "x")]
    one, two, other = with_shared_support(texts)
    assert "namespace support_0 {\nf();\n}" in one
    assert "f();" not in two
    for text, name in ((one, "support_0"), (two, "support_0"), (other, "support_1")):
        assert f"using namespace brian; using namespace {name};" in text


def test_a_code_object_without_functions_stays():
    assert with_shared_support(["void one() {}"]) == ["void one() {}"]


def test_each_array_of_known_size_is_set_and_written_by_a_call():
    text = (compiled(small_blueprint()).folder / "objects.cpp").read_text()
    arrays = set(re.findall(r"^\w+ \* ?(\w+);", text, re.MULTILINE))
    dynamic = set(re.findall(r"^std::vector<\w+> (\w+);", text, re.MULTILINE))
    short = with_short_arrays([text])[-1]
    written = set(re.findall(r'write_array\(results_dir, "\w+", (\w+)', short))
    assert arrays
    assert arrays | dynamic <= written | {"_static_array"}
    assert "set_variable_from_file(name" not in short
    assert short.count("return set_array(") == text.count("set_variable_from_file(name")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A program that sets three numbers by what it is given, and prints or writes them."""
    folder = tmp_path_factory.mktemp("program")
    main = (
        "int main(int n, char** given) { double x[3]; int32_t i[3]; set_array(x, 3, given[1]);"
        ' set_array(i, 3, "-7"); std::cout << x[0] << " " << x[2] << " " << i[1];'
        ' write_array("", "x", x, sizeof(x)); }'
    )
    (folder / "main.cpp").write_text("\n".join([*with_short_arrays([]), main]))
    command = [*compiler(), "main.cpp", "-o", "main"]
    subprocess.run(command, cwd=folder, check=True)

    def run(given: str, wanted: str | None = None):
        environment = {} if wanted is None else {"SPIKINGFA_RESULTS": wanted}
        command = ["./main", given]
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )

    run.folder = folder
    return run


def test_an_array_is_set_by_a_number_or_a_file_and_written_if_wanted(program):
    assert program("0.25").stdout == "0.25 0.25 -7"
    np.array([1.0, 2, 3]).tofile(program.folder / "three")
    (program.folder / "x").unlink()
    assert program("three", " y ").stdout == "1 3 -7"
    assert not (program.folder / "x").exists()
    program("three", " y x ")
    np.testing.assert_array_equal(np.fromfile(program.folder / "x"), [1, 2, 3])


@pytest.mark.parametrize("n", [2, 4])
def test_a_file_of_another_size_ends_the_program(program, n):
    np.zeros(n).tofile(program.folder / "others")
    done = program("others")
    assert done.returncode == 1
    assert done.stderr == "'others' does not hold 3 values\n"
