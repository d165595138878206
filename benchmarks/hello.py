"""The application to compare with: the smallest one of FastAPI, on the same versions."""

from fastapi import FastAPI

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)


@app.get("/")
async def hello() -> dict[str, str]:
    """Answer with one word."""
    return {"hello": "world"}
