"""Training, testing and recording of networks."""
