"""All-to-all synapses by rows, or by columns where they learn at postsynaptic spikes."""

import pytest
from helpers.chunks import make_chunk

from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.vectorised import apart, independent
from spikingfa.model.model import Model

PRE = "const int32_t _presynaptic_idx = _i;"


@pytest.mark.parametrize(
    ("line", "any_row", "any_pair"),
    [
        ("_ptr_array_s_w[_idx] = w;", True, True),
        ("_ptr_array_post_v[_postsynaptic_idx] += w;", True, False),
        ("_ptr_array_pre_x[_presynaptic_idx] += w;", False, False),
        ("const bool a = _ptr_array_post_v[_postsynaptic_idx] == w;", True, True),
    ],
)
def test_which_updates_may_be_carried_out_side_by_side(line, any_row, any_pair):
    assert independent([PRE, line]) == any_row
    assert apart([PRE, line]) == any_pair


@pytest.mark.long
def test_feedback_that_learns_lies_by_columns(tmp_path):
    model = Model(hidden={"size": 12}).but({"feedback.kind": "kolen_pollack"})
    engine = StandaloneEngine(make_chunk(model)[0], tmp_path)
    lies = {name: entry for name, entry in engine._manifest.items() if entry["stride"]}
    # 3 outputs, of on and off cells each, onto 12 hidden neurons: columns of 3, padded to 16
    columns = {name for name, entry in lies.items() if entry["by_column"]}
    assert {name.split(".")[0] for name in columns} == {
        p.name for p in engine.blueprint.projections if p.on_pre and p.on_post
    }
    assert columns
    assert {entry["stride"] for entry in lies.values()} == {16}
