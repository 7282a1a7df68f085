"""The place in which commands of the experiments run, for whatever test asks for it."""

from tests.cli.experiments import place

__all__ = ["place"]
