"""What the WSGI server refuses before Django sees it: to a program, in the API's own form."""

from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from seatbridge.api.door import API
from seatbridge.api.problems import Problem, answer


class RefusedTask(ErrorTask):
    def execute(self) -> None:
        request: Any = self.request  # the parser, whatever the stubs say
        error = request.error
        if error is None or not getattr(request, "path", "").startswith(API):
            super().execute()
            return
        told = answer(Problem(error.code))
        self.status = f"{error.code} {error.reason}"
        self.response_headers = [*self.response_headers, ("Content-Type", told.headers["Content-Type"])]
        self.set_close_on_finish()
        self.content_length = len(told.content)
        self.write(told.content)


class Channel(HTTPChannel):
    error_task_class = RefusedTask
