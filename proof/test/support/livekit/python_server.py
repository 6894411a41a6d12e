# LiveKit's server SDK for Python, with the protocol of python_client.py: one JSON object a line, `{ id, call, args }`
# in, `{ id, result }` or `{ id, error }` out.
import asyncio
import json
import sys
from typing import get_type_hints

from google.protobuf.json_format import MessageToDict, ParseDict
from livekit import api


class Calls:
    async def ask(self, key, method, request):
        """Calls e.g. `room.create_room`. Request and answer are JSON of their messages; an exception gives its refusal."""
        service, name = method.split(".")
        async with api.LiveKitAPI(key["url"], key["key"], key["secret"]) as livekit:
            call = getattr(getattr(livekit, service), name)
            message = next(iter(get_type_hints(call).values()))
            try:
                answer = await call(ParseDict(request, message()))
            except api.TwirpError as error:
                return {"refused": error.code, "status": error.status, "meta": error.metadata}
        return MessageToDict(answer, preserving_proto_field_name=True)

    async def token(self, key, about, grants):
        token = api.AccessToken(key["key"], key["secret"]).with_grants(api.VideoGrants(**grants))
        token = token.with_identity(about["identity"]).with_name(about["name"])
        return token.with_metadata(about["metadata"]).with_attributes(about["attributes"]).to_jwt()


async def answer(calls, asked):
    try:
        return {"result": await getattr(calls, asked["call"])(*asked["args"])}
    except Exception as error:
        return {"error": str(error) or type(error).__name__}


async def main():
    calls = Calls()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print(json.dumps({"ready": True}), flush=True)
    while line := await reader.readline():
        asked = json.loads(line)
        print(json.dumps({"id": asked["id"], **await answer(calls, asked)}), flush=True)


asyncio.run(main())
