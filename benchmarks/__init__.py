"""Kaldor side by side with the public packages that do the same work, in one run: `./run python -m benchmarks --list`."""
