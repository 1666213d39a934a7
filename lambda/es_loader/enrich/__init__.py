"""What is added to a document from outside the log: where an address lies, what a user agent is."""
