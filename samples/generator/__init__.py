"""Writes the sample logs: one working day of a small web shop, and what one attacker did on it.

`story.py` has the cast and the timetable; each other module writes the logs of one type from it.
"""
