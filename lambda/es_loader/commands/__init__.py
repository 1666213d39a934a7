"""The commands of `es-loader`: one module each, with `run(arguments) -> exit code`."""
