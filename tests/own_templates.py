"""The deployed templates, for indices of one test file: others use the node at the same time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from domain_setup.setup import apply
from domain_setup.templates import templates
from es_loader.declarations import Config
from es_loader.sinks.opensearch import Requests, connect


@contextmanager
def own_templates(url: str, config: Config, prefix: str, *, priority: int) -> Iterator[Requests]:
    """Put the templates of a configuration there with `prefix` in place of `log` in names and patterns; drop them."""
    client = connect(url)
    requests = Requests(client)
    wanted = {
        path.replace("_index_template/log-", f"_index_template/{prefix}-"): _renamed(body, prefix, priority)
        for path, body in templates(config).items()
    }
    apply(requests, wanted)
    yield requests
    for path in wanted:
        if "_index_template" in path:
            client.transport.perform_request("DELETE", path)


def _renamed(body: dict[str, Any], prefix: str, priority: int) -> dict[str, Any]:
    patterns = [pattern.replace("log-", f"{prefix}-", 1) for pattern in body.get("index_patterns", ())]
    return {**body, **({"index_patterns": patterns, "priority": priority} if patterns else {})}
