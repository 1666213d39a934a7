"""Logs to try the pipeline with, the generator that wrote them, and the questions they answer."""
