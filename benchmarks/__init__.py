"""Kaldor beside the public packages that do the same work, in one run: `./run python -m benchmarks --list`."""
