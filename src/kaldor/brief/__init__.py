"""From a study file to a referenced brief."""
