"""What can be asked about materials, energy and recycling, each question declared once."""
