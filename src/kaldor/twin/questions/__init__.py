"""What can be asked of scenarios of levers, each question declared once."""
