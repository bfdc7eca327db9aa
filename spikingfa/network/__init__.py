"""From a model to a blueprint: the network written out as equations, and the numbers in it."""
