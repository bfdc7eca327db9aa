"""The article's experiments with spiking neurons, on Brian2."""
