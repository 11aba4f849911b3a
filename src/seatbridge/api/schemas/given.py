"""What programs send: nothing unknown is taken, so that a mistyped name is not silently left out."""

from ninja import Schema
from pydantic import ConfigDict


class Given(Schema):
    model_config = ConfigDict(extra="forbid")
