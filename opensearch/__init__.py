"""What is put into the domain, and what it is made from."""
