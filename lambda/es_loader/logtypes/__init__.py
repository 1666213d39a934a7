"""What configuration cannot say about a log type: one module each, found by the section's name."""
