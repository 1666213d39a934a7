"""Sizes of a domain: named profiles, and what a node of each type can have.

https://docs.aws.amazon.com/opensearch-service/latest/developerguide/limits.html
https://docs.aws.amazon.com/opensearch-service/latest/developerguide/or1.html
https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-multiaz.html
"""

from dataclasses import dataclass
from typing import Final

ZONES = 3
WITHOUT_VOLUMES = ("i3", "i4g", "i4i", "i8g", "im4gn", "oi2", "r6gd", "r7gd", "r8gd")
"""Families whose nodes have disks of their own, and take no EBS volume."""

IN_S3 = frozenset({"om2", "or1", "or2"})
"""Families whose nodes keep every index in S3, too."""

MAX_VOLUMES: Final = {
    "om2.xlarge": 2048,
    "or1.large": 1532,
    "or1.medium": 768,
    "or1.xlarge": 3072,
    "or2.large": 1532,
    "or2.medium": 768,
    "or2.xlarge": 3072,
    "t3.medium": 200,
    "t3.small": 100,
}
"""GiB that the gp3 volume of a node can have; types that are not here take 3,072 or more, or are checked by AWS."""


@dataclass(frozen=True, slots=True)
class Size:
    """What a domain is made of.

    Attributes:
        node: instance type of the data nodes.
        nodes: how many, spread evenly over the zones.
        volume: GiB of each data node.
        master: instance type of three dedicated masters; without one, data nodes do their work.
        standby: one of three zones is held ready, and every index has two replicas.
        warm: instance type of UltraWarm nodes, if there are any.
        warm_nodes: how many of them.
    """

    node: str
    nodes: int
    volume: int
    master: str = ""
    standby: bool = False
    warm: str = ""
    warm_nodes: int = 0

    @property
    def zones(self) -> int:
        """Return over how many availability zones the nodes are spread."""
        if self.nodes == 1:
            return 1
        return 2 if self.nodes % ZONES else ZONES

    @property
    def replicas(self) -> int:
        """Return how many replicas an index has at most, unless its log type says another number."""
        return 2 if self.standby else 1

    @property
    def copies(self) -> int:
        """Return how often a document is stored."""
        return 1 + min(self.replicas, self.nodes - 1)

    @property
    def family(self) -> str:
        """Return the instance family of the data nodes."""
        return self.node.partition(".")[0]

    @property
    def max_volume(self) -> int | None:
        """Return the largest volume of a data node in GiB; None if that is not known here."""
        return MAX_VOLUMES.get(self.node.removesuffix(".search"))


PROFILES: Final = {
    "trial": Size("t3.medium.search", 1, 50),
    "small": Size("or2.medium.search", 3, 300),
    "medium": Size("or2.large.search", 3, 1000, "m7g.large.search"),
    "large": Size("or2.xlarge.search", 6, 2000, "m7g.large.search", standby=True),
    "x-large": Size(
        "or2.2xlarge.search", 12, 3000, "m7g.xlarge.search", standby=True, warm="ultrawarm1.medium.search", warm_nodes=3
    ),
}
"""From small to large; the masters of OR2 nodes must be Graviton's, which m7g is."""
