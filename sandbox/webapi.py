"""How is a Web API request read, judged, answered and logged?"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox import methods
from sandbox.calls import METHODS, Call, Method, check_arguments, decoded
from sandbox.errors import RateLimited, Refusal
from sandbox.faults import CALL_KINDS, Fault
from sandbox.interactions import Interactions
from sandbox.slack import Slack
from sandbox.sockets import Sockets
from sandbox.state import File, Json
from sandbox.views import Views

KNOWN = methods.__all__
UPLOAD_BYTES = 1_000_000_000


class WebApi:
    """Everything under /api/, the response_urls, and the upload of files."""

    def __init__(
        self, slack: Slack, interactions: Interactions, views: Views, sockets: Sockets | None
    ) -> None:
        self._slack = slack
        self._interactions = interactions
        self._views = views
        self._sockets = sockets

    def takes(self, token: str) -> bool:
        """Whether this is, or was, a token of this workspace."""
        return self._slack.install.knows(token)

    async def call(self, request: Request) -> Response:
        """One call of a method."""
        name = request.path_params["method"]
        self._slack.busy += 1
        try:
            args = await _arguments(request)
            fault = self._slack.faults.take(CALL_KINDS, name, args=args)
            token = _token(request, args)
            response = self._with_fault(name, token, args, fault)
            self._slack.save()
            return await through(fault, response)
        finally:
            self._slack.busy -= 1

    async def respond(self, request: Request) -> Response:
        """A post to a response_url."""
        self._slack.busy += 1
        try:
            said = await _said(request)
            fault = self._slack.faults.take(CALL_KINDS, "response_url", args=said)
            error = struck(fault) or self._responded(request.path_params["ident"], said)
            self._log("response_url", said, error, fault)
            self._slack.save()
            return await through(fault, _response_to_url(error, fault))
        finally:
            self._slack.busy -= 1

    async def upload(self, request: Request) -> Response:
        """The bytes of a file, as a body of their own or as a form."""
        fault = self._slack.faults.take(CALL_KINDS, "files.upload")
        self._slack.busy += 1
        try:
            error = struck(fault)
            answer = _not_uploaded(error, fault) if error else await self._uploaded(request)
            self._slack.save()
            return await through(fault, answer)
        finally:
            self._slack.busy -= 1

    async def _uploaded(self, request: Request) -> Response:
        file = self._slack.state.files.get(request.path_params["file_id"])
        if file is None or file.complete:
            return PlainTextResponse("unknown upload", 404)
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            async with request.form() as form:
                parts = [one for one in form.values() if not isinstance(one, str)]
                file.content = await parts[0].read() if parts else b""
        else:
            file.content = await request.body()
        if len(file.content) > UPLOAD_BYTES:
            return PlainTextResponse("too large", 413)
        self._slack.state.put_file(file)
        return PlainTextResponse(f"OK - {len(file.content)}")

    async def download(self, request: Request) -> Response:
        """A file, for the app with its token, and for the page that shows it."""
        file = self._slack.state.files.get(request.path_params["name"].partition("-")[2])
        if file is None or not file.complete or not self._may_see(request):
            return PlainTextResponse("not found", 404)
        return _file_response(file)

    def _may_see(self, request: Request) -> bool:
        if "authorization" in request.headers:
            return request.headers["authorization"] == f"Bearer {self._slack.state.secrets['bot_token']}"
        return request.headers.get("sec-fetch-site") in ("same-origin", "none")

    def _with_fault(self, name: str, token: str | None, args: Json, fault: Fault | None) -> Response:
        """The answer, unless the fault takes its place."""
        if (error := struck(fault)) is None:
            return self._answer(name, token, args, fault)
        self._log(name, args, error, fault)
        if fault and fault.kind == "429":
            self._slack.pace.close(name, self._slack.clock.time(), fault.retry_after)
            return _too_fast(RateLimited(fault.retry_after))
        if fault and fault.kind == "refuse":
            return JSONResponse({"ok": False, "error": error})
        return JSONResponse({"ok": False, "error": error}, 500)

    def _answer(self, name: str, token: str | None, args: Json, fault: Fault | None) -> Response:
        method = METHODS.get(name)
        call = Call(self._slack, self._interactions, self._views, self._sockets, args)
        try:
            if method is None:
                raise Refusal("unknown_method", req_method=name)
            body = self._run(method, call, token)
        except Refusal as refused:
            self._log(name, call.args, refused.error, fault)
            if isinstance(refused, RateLimited):
                return _too_fast(refused)
            return JSONResponse(refused.answer, headers=self._headers(method))
        self._log(name, call.args, None, fault)
        if call.warnings:
            body = {**body, "response_metadata": {"warnings": call.warnings}}
        return JSONResponse({"ok": True, **body}, headers=self._headers(method))

    def _run(self, method: Method, call: Call, token: str | None) -> Json:
        self._authorise(method, token)
        call.need(*method.scopes)
        self._slack.pace.check(method.name, method.tier, self._slack.clock.time())
        check_arguments(method, call.args)
        return method.run(call)

    def _authorise(self, method: Method, token: str | None) -> None:
        secrets = self._slack.state.secrets
        if not token:
            raise Refusal("not_authed")
        if (refusal := self._slack.install.refusal(token)) is not None:
            raise Refusal(refusal)
        if token not in (secrets["bot_token"], secrets["app_token"]):
            raise Refusal("invalid_auth")
        if (token == secrets["app_token"]) != method.app_token:
            raise Refusal("not_allowed_token_type")

    def _headers(self, method: Method | None) -> dict[str, str]:
        headers = {"x-oauth-scopes": ",".join(self._slack.state.app.scopes), "x-slack-req-id": "sandbox"}
        if method and method.scopes:
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        return headers

    def _responded(self, ident: str, said: Any) -> str | None:
        try:
            self._interactions.respond(ident, said)
        except Refusal as refused:
            return refused.error
        return None

    def _log(self, method: str, args: Any, error: str | None, fault: Fault | None) -> None:
        shown = {key: one for key, one in args.items() if key != "token"} if isinstance(args, dict) else args
        call = {"method": method, "args": shown, "ok": error is None, "error": error}
        call["at"] = round(self._slack.clock.time(), 6)
        if fault:
            call["fault"] = fault.kind
        # What the app sent is logged as it was then, whatever becomes of it.
        self._slack.state.log_call(json.loads(json.dumps(call)))


async def _arguments(request: Request) -> Json:
    """What is in the query and in the body, whether JSON or a form."""
    args: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            body = {}
        args |= body if isinstance(body, dict) else {}
    elif kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        async with request.form() as form:
            args |= {key: value for key, value in form.items() if isinstance(value, str)}
    return decoded({key: value for key, value in args.items() if value is not None})


async def _said(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


def _token(request: Request, args: Mapping[str, Any]) -> str | None:
    header = request.headers.get("authorization", "")
    return header[7:].strip() if header.startswith("Bearer ") else args.get("token")


def _response_to_url(error: str | None, fault: Fault | None) -> Response:
    if error == "ratelimited" and fault:
        return PlainTextResponse(error, 429, {"retry-after": str(fault.retry_after)})
    if error == "internal_error":
        return PlainTextResponse(error, 500)
    return JSONResponse({"ok": False, "error": error}, 404) if error else PlainTextResponse("ok")


def _not_uploaded(error: str, fault: Fault | None) -> Response:
    if fault and fault.kind == "429":
        return PlainTextResponse(error, 429, {"retry-after": str(fault.retry_after)})
    return PlainTextResponse(error, 400 if fault and fault.kind == "refuse" else 500)


def struck(fault: Fault | None) -> str | None:
    """What a fault that keeps the call from being handled answers; None when it is handled."""
    if fault is None:
        return None
    if fault.kind == "refuse":
        return fault.error
    return {"429": "ratelimited", "500": "internal_error", "lost_before": "connection_lost"}.get(fault.kind)


async def through(fault: Fault | None, response: Response) -> Response:
    """What becomes of an answer that is ready, in the weather that was ordered."""
    if fault is None:
        return response
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    if fault.kind in ("lost_before", "lost_after"):
        return Cut()
    if fault.kind == "500_after":
        return JSONResponse({"ok": False, "error": "internal_error"}, 500)
    return response


class Cut(Response):
    """No answer: the connection is cut."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport: asyncio.Transport = scope["app"].state.transports[tuple(scope["client"])]
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


def _too_fast(refused: RateLimited) -> Response:
    headers = {"retry-after": str(refused.retry_after)}
    return JSONResponse(refused.answer, 429, headers=headers)


def _file_response(file: File) -> Response:
    headers = {"x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'; sandbox"}
    kind = str(file.info["mimetype"])
    if not kind.startswith("image/") or kind == "image/svg+xml":
        headers["content-disposition"] = "attachment"
    return Response(file.content, media_type=kind, headers=headers)
