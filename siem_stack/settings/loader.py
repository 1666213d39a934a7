"""Settings of es-loader."""

from dataclasses import dataclass

from siem_stack.settings.rules import between, one_of, setting


@dataclass(frozen=True, kw_only=True)
class LoaderSettings:
    """es-loader."""

    loader_memory: int = setting(
        1769,
        between(512, 10240, "MB"),
        "Memory of es-loader. Its processor grows along: 1,769 MB is one whole processor, and less is slower, not "
        "cheaper.",
    )
    loader_timeout: int = setting(
        600,
        between(60, 900, "seconds"),
        "Longest time that es-loader works on one batch of objects; what is left of them goes on in another "
        "invocation. What fails is tried again after 6 times as long.",
    )
    loader_max_concurrency: int = setting(
        4,
        between(2, 1000, "invocations"),
        "How many es-loaders work at a time: as many as the domain can take documents from.",
    )
    architecture: str = setting(
        "arm64",
        one_of("arm64", "host"),
        "What the functions are built for: `arm64` on AWS; `host` is this machine, for an AWS emulator on it.",
    )
