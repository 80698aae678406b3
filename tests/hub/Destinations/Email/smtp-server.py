"""A mail server for the tests: prints each mail as one line of JSON, parsed by Python's own library.
Arguments: port, certificate, key. With a certificate it wants STARTTLS and a user "falco" with the password "right"."""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Keep:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        if address.startswith("later@"):
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None, "peer": session.peer[1],
            "headers": {name: str(value) for name, value in mail.items()}, "parts": parts, "longest": max(map(len, envelope.content.split(b"\r\n"))),
            "defects": [repr(d) for part in mail.walk() for d in part.defects],
        }), flush=True)
        return "250 kept"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"falco", b"right"), handled=False)


async def main():
    port, *files = sys.argv[1:]
    context = None
    if files:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*files)
    settings = dict(tls_context=context, require_starttls=True, authenticator=authenticate, auth_required=True) if context else {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Keep(), loop=loop, **settings), "127.0.0.1", int(port))
    async with server:
        await server.serve_forever()


asyncio.run(main())
