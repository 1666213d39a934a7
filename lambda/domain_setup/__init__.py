"""domain_setup: what a domain needs before the first document, put in place by the stack and by `es-loader setup`."""
