"""What the access and error logs of Apache and nginx have in common."""
