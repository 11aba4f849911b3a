"""Fields of a multipart form."""

from email.parser import BytesParser
from email.policy import HTTP


def read_multipart(content_type: str, body: bytes) -> dict[str, str]:
    """Field name in lower case → text. Parts without a name are passed over."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    fields = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            fields[name.lower()] = payload.decode("utf-8", "replace")
    return fields
