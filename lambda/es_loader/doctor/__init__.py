"""`es-loader doctor`: what the deployed stack, its log sources and es-loader's own log say about each source.

findings.py   what is found, and how bad it is
calls.py      AWS is asked: every call, and the permission that it takes
deployed.py   the stacks -> sources with their resources
arrivals.py   es-loader's metrics and log -> last object and last error of each log type
core.py       the way that all logs go: bucket, queue, trigger, loader
probes/       type of resource -> what its service says about it
diagnosis.py  all of that -> a verdict on each source
"""
