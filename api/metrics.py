"""What is counted, in the Prometheus text format."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY: Final = CollectorRegistry()
REQUESTS: Final = Counter(
    "nguon_http_requests", "Requests answered.", ["method", "route", "status"], registry=REGISTRY
)
REQUEST_SECONDS: Final = Histogram(
    "nguon_http_request_seconds", "Time to answer a request.", ["method", "route"], registry=REGISTRY
)
CAPTURED: Final = Counter("nguon_statements_captured", "Statements appended to the log.", registry=REGISTRY)
VERDICTS: Final = Counter("nguon_verdicts", "Codes checked, by verdict.", ["verdict"], registry=REGISTRY)
LOG_SIZE: Final = Gauge("nguon_log_size", "Leaves in the log.", registry=REGISTRY)
ANCHORED_SIZE: Final = Gauge(
    "nguon_anchored_size", "Leaves under the newest final anchor.", registry=REGISTRY
)
ANCHOR_AGE: Final = Gauge(
    "nguon_anchor_age_seconds", "Age of the newest final anchor; -1 before the first.", registry=REGISTRY
)


def exposition() -> bytes:
    """All metrics, as Prometheus reads them."""
    return generate_latest(REGISTRY)
