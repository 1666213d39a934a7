"""Four questions to the sample logs: as a search, and as the tables that answer it.

Only ECS fields are asked, so that each question spans all log types. The searches need no more than `log-*`; whoever
sends them is not the business of this package.
"""

from samples.investigations.brute_force import BRUTE_FORCE
from samples.investigations.leaked_key import LEAKED_KEY
from samples.investigations.one_address import ONE_ADDRESS
from samples.investigations.question import Investigation
from samples.investigations.ways_in_and_out import WAYS_IN_AND_OUT

INVESTIGATIONS = (ONE_ADDRESS, LEAKED_KEY, BRUTE_FORCE, WAYS_IN_AND_OUT)

__all__ = ["INVESTIGATIONS", "Investigation"]
