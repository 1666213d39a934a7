"""From an object's bytes to raw records, and from a raw record to its fields: one module a format."""
