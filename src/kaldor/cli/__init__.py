"""The command line: a thin door to the same functions as Python's."""
