// Part of docs/reference.md about the HTTP of signaling nodes.

export const requests: readonly (readonly [request: string, answer: string])[] = [
  ['`GET /healthz`', '`{ ok, missing }`; 503 while something is missing'],
  [
    '`GET /v1/entry?from=`',
    '`{ candidates: [{ signalingId, url, echoUrl, region, city }], protocolVersion }`, nearest first, at most 5; `echoUrl` has a `?ticket=` if it is [to be measured](design/access.md#the-echo-socket)',
  ],
  [
    '`GET /v1/rtc`',
    "a client's WebSocket (`base/protocol/proto/signaling.proto`). Keep `resume_key` (to resume) and `rejoin_receipt` ([to come back](design/admission.md#returning-clients)). Make both transports with `ice_servers`; those of `IceRestarted` and `MoveParticipant` take their place ([TURN](deploy.md#turn)). 429 with `Retry-After`: too many sockets of the address; too many frames: cut without a code (`signaling/src/limits.ts`)",
  ],
  [
    '`GET /rtc`',
    "a WebSocket of LiveKit's SDKs, binary messages; the token in `access_token` or `Authorization: Bearer`. 401, 403: refused, with the reason; 414: over 8 kB of token, 12 kB of query; 429, 503 as `/v1/rtc`. `/rtc/v1` is 404: SDKs go on to `/rtc`",
  ],
  ['`GET /rtc/validate`', '`success`, or the status and reason with which `/rtc` would refuse'],
  ['`GET /v1/echo?ticket=`', 'WebSocket that measures a round trip ([access.md](design/access.md#the-echo-socket))'],
];
