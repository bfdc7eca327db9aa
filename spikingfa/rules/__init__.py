"""Rules of feedback and plasticity: formulas as text, with their references."""
