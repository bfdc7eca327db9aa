"""Equations, statements and names of a user, held to their form before Brian2 reads them."""
