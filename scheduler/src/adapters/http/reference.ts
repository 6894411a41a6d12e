// Text of docs/reference.md about the administrator's API. A test compares the requests with the routes beside this
// file.

type Rows = readonly (readonly [request: string, answer: string])[];

export const requests: Rows = [
  [
    '`GET /healthz` (no token)',
    '`{ ok, incarnation, authorityFingerprint, isLeading, epoch, leader? }`. Other requests to a centre that does not lead, except for enrolment tokens: 503 `NOT_LEADER`',
  ],
  [
    '`GET /v1/fleet`',
    'nodes with load, [state](#states-of-a-node), `charges` (`assumed`, `confirmed`), `sessionsReserved`, `drain`, `isLeaving` ([stopped](design/moves.md#a-node-that-is-stopped)); `location` (databases); `regions` (instances, and which centre places); `commandsAhead` (orders for absent nodes); `denied`; `leases`',
  ],
  ['`GET /v1/admission`', 'rates per region, and since when joins are refused'],
  [
    '`GET /v1/decisions/:id`',
    'one placement: the request, what was seen, the reasons; `story`: the chosen host, the nearest one, and [`why`](#why-of-a-decision)',
  ],
  [
    '`GET /v1/links`',
    'links between hosts: figures, source, paths, reasons ([paths.md](design/paths.md)); `costMs` is of the last plan',
  ],
  [
    '`GET /v1/rooms/:key/plan`',
    'which participants are on which node and why, fence, mode, paths, moves; `words`: in sentences',
  ],
  [
    '`PUT /v1/rooms/:key/mode` `{ mode }`',
    '`{ roomKey, mode }`; participants are moved accordingly ([moves.md](design/moves.md#modes))',
  ],
  ['`DELETE /v1/rooms/:key/mode`', "`{ roomKey, mode }`: the room has its tenant's mode again"],
  ['`POST /v1/enrolment-tokens` `{ id, kind, region }`', '`{ token, expiresInMs }`'],
  [
    '`POST /v1/invitations` `{ hostId, region, city, latitude, longitude, kinds, mediaNodesMax, settings?, ttlMs? }`',
    '201 `{ token, expiresInMs }`: a new host gets the certificates of all its nodes with it, once ([trust.md](design/trust.md#how-a-host-gets-in)); `ttlMs` a day, at most seven',
  ],
  [
    '`GET /v1/authority`',
    '`{ step, fingerprint, nextFingerprint, waitsFor }`: `step` `single`, `begin` or `switch` ([trust.md](design/trust.md#replacing-secrets)); `waitsFor`: nodes for which the next step comes too early',
  ],
  [
    '`POST /v1/authority/rotate` `{ step, force? }`',
    'as `GET /v1/authority`; `step` `begin`, `switch`, then `end`; `force` does not wait for nodes, and cuts them off',
  ],
  ['`POST /v1/nodes/:id/cordon` `{ reason? }`', '`{ cordoned }`: no new participants'],
  [
    '`POST /v1/nodes/:id/drain` `{ on, reason? }`',
    '`{ on, told }`: present participants move away too; also for an absent node (`told` false: the node learns of the drain when it registers)',
  ],
  ['`POST /v1/nodes/:id/uncordon`', '`{ cordoned, draining, told }`: ends the cordon and the drain'],
  [
    '`POST /v1/sessions/:id/move` `{ toNodeId?, reason? }`',
    '202 `{ sessionId, roomKey, fromNodeId, startsInMs }`; the participant sees the reason',
  ],
  ['`GET /v1/moves`', 'running moves, waiting moves (with the last failure), the last 500 finished moves'],
  ['`GET /v1/recordings`', 'running and waiting recordings, with recorder, place, expected wait and reason'],
  ['`GET /v1/autoscale`', 'per region load, forecast, need and reasons, nodes; last orders; bookings'],
  [
    '`PUT /v1/bookings/:id` `{ region, sessions, startsAt, endsAt, roomKey?, recordSlots?, fence? }`',
    'times with zone (RFC 3339); with a room, seats are kept, and with `recordSlots` slots of recorders in the fence (`eu,us`; absent: anywhere) ([autoscaling.md](design/autoscaling.md#bookings))',
  ],
  ['`DELETE /v1/bookings/:id`', '`{ id }`'],
  ['`POST /v1/nodes/:id/deny` `{ reason? }`', '`{ denied, known, linksCut }` ([trust.md](design/trust.md))'],
  ['`DELETE /v1/nodes/:id/deny`', '`{ denied }`'],
];

/** Codes of its refusals; any other code of base/protocol/src/errors.ts comes with status 503. */
export const refusals: readonly (readonly [code: string, status: string, meaning: string])[] = [
  ['TOKEN_INVALID', '401', 'the cluster token is missing or wrong'],
  [
    'REQUEST_INVALID',
    '400',
    'an invalid field, id or key. 409: already on that node; 413: body over 16 kB; 415: not declared as JSON',
  ],
  ['NOT_FOUND', '404', 'no such node, decision, booking or route'],
  ['SESSION_UNKNOWN', '404', 'no media node has this session'],
  ['OUT_OF_ORDER', '409', "a move of this session runs, or an administrator's move waits; another step is next"],
  ['AUTHORITY_IN_USE', '409', 'the step comes too early for the nodes in `nodeIds`'],
  ['NODE_DENIED', '409', 'the node, or one of the host, is denied'],
  ['NODE_ID_TAKEN', '409', 'the fleet has a node of the host, or an open invitation is for one'],
  ['RATE_LIMITED', '503', 'too many of these'],
  ['NOT_LEADER', '503', 'another centre leads, or none. 409: this is the instance of a region; ask the leader'],
  ['INTERNAL', '500', 'unexpected; see the log'],
];

export const nodeStates: readonly (readonly [where: string, value: string, meaning: string])[] = [
  ['`state` in `GET /v1/fleet`', '`alive`', 'takes participants'],
  ['', '`suspect`', 'late report, unlinked, distrusted, starting or failing'],
  ['', '`draining`', 'drained, cordoned, or by its own report'],
  ['', '`dead`', 'silent too long, or denied'],
  ['`liveness` beside it', '`alive`, `suspect`, `dead`', 'by silence or denial alone'],
  [
    '`state` in `GET /v1/decisions/:id`',
    '`starting`, `serving`, `draining`, `failing`',
    'what the node reported at that time',
  ],
];

export const reasonsWhy: readonly (readonly [value: string, meaning: string])[] = [
  ['`nearest`', 'the nearest host by round trip; where some were timed, guesses do not count'],
  ['`nearest_refused`', 'the nearest took no session: `nearest.refusedBy`, `refusalReason`'],
  ['`near_equal`', 'the nearest is as good, by points; of two hosts drawn, the less loaded was chosen'],
  ['`opener`', 'the host of the gateway or recorder that opened the session'],
  ['`single`', 'the room is to be on one host: its present host, or the near host that the hash of its name gives'],
  ['`access`, `room`, `load`', 'the score by which the chosen host is most ahead of the nearest'],
];
