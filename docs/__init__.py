"""The pages about the project, and what writes those that are generated."""
