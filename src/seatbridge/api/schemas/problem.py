from ninja import Schema
from pydantic import ConfigDict, Field


class WrongField(Schema):
    field: str = Field(description="Dotted; places in a list count from 0: counts.3.company")
    message: str


class ProblemDocument(Schema):
    """RFC 9457. `code` is for programs: a status of a line; else validation, not-found, forbidden, …"""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Unprocessable Entity",
                    "status": 422,
                    "code": "validation",
                    "detail": "there is no company 'northwnd'. Import the companies first.",
                    "field": "counts.0.company",
                    "errors": [{"field": "counts.0.company", "message": "there is no company 'northwnd'."}],
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    code: str
    detail: str
    fix: str | None = Field(None, description="What to do about it")
    field: str | None = Field(None, description="Of the first error")
    errors: list[WrongField] | None = None
    id: int | None = Field(None, description="With 409: the run that is under way")
    state: str | None = Field(None, description="With 409: that run's state")
