"""Real services on a laptop, for the demo, the tests and the benchmarks: no Docker, no Java, no AWS account.

downloads.py        artifacts with a checksum, kept in a cache folder
leash.py            a server that ends, and leaves nothing, when the process that wanted it ends
unprivileged.py     what a server needs that refuses to run as root
opensearch_node.py  a real OpenSearch
emulator.py         an AWS emulator
cdk.py              the CDK command line, with its own Node
"""
