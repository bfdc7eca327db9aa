"""What random feedback is good at, on data for which nobody chose a setting."""
