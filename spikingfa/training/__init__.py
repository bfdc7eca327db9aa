"""What is done with networks: trained, tested, recorded."""
