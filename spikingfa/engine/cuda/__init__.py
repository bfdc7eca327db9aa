"""The same network on a GPU, by Brian2CUDA.

Brian2CUDA writes a kernel for each of Brian2's code objects; the loop over steps and trials is that
of the C++ program (:mod:`spikingfa.engine.compiled.main_loop`), and so are the files that go in and
come out. Brian2's own C++ templates have no counterpart here: synapses keep their indices, and are
updated side by side. Sums are then added up in another order each time, exponentials are those of
the GPU, and random numbers those of cuRAND: results agree with those of C++, but not bit for bit.
"""
