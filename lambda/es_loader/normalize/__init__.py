"""From a record's fields to an ECS document: the compiled mapping and the values it knows."""
