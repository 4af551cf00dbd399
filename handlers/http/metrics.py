"""`/metrics` for Prometheus."""

from fastapi import APIRouter, Response

from bot.metrics import CONTENT_TYPE_LATEST, generate_latest


def metrics_routes() -> APIRouter:
    """Return the metrics page: counts and times, no ids and no texts."""
    router = APIRouter(tags=["metrics"])

    @router.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        """Return all counters in Prometheus' format."""
        return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})

    return router
