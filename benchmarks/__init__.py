"""The figures of this project and the commands that make them: `python -m benchmarks`, or `make bench`."""
