"""An HTTP status -> the outcome of its event."""

_FIRST_FAILURE = 400


def outcome(status: int) -> str:
    """Return `success` below 400, else `failure`: the codes that load balancers made up (460, 499, 561) among them."""
    return "success" if status < _FIRST_FAILURE else "failure"
