"""What the logs of load balancers have in common: layouts of columns, lines and objects to fields, fields to ECS."""
