"""The network as a C++ program: generated, compiled, kept and run."""
