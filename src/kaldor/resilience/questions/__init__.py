"""What can be asked about resilience, each question declared once."""
