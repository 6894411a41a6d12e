// Text of docs/reference.md about the claims of clients' tokens; access.ts decides by the claims. Not in the package's
// index, because browsers do not need it.

export const tokenClaims: readonly (readonly [claim: string, meaning: string])[] = [
  ['`iss`', 'the API key; it needs the scope `rooms:join`'],
  [
    '`sub`',
    'the identity: 1 to 128 visible characters (code points) of any script, and blanks between them. Those of other systems are taken: base64, e-mail addresses, `a/b`, `auth0|7`, joined emoji, the joiners of Persian and Hindi between two visible characters',
  ],
  [
    '`exp`, `nbf`, `iat`',
    'validity, checked when joining, with a leeway of 60 s for clocks that are off. Earlier: `TOKEN_NOT_YET_VALID` (retry), later: `TOKEN_EXPIRED`',
  ],
  [
    '`jti`, `via`',
    "the token's id, and what it was made from (a join link, a user): both can be revoked; at most 128 characters. `iat`: without it (and `nbf`) the token counts as older than any revocation",
  ],
  [
    '`lobby`, `needsPolicy`',
    '`true`: the participant waits for a host; it waits as long as the signaling node does not know the policy of the room ([rooms.md](rooms.md#waiting))',
  ],
  [
    '`name`, `metadata`, `attributes`',
    'of the participant. `name`: at most 128 characters, from which control and direction characters are removed; `metadata`: at most 4 KiB; `attributes`: an object of texts, at most 64 of 4 KiB together',
  ],
  [
    '`kind`',
    '`standard` (default), `gateway`, `recorder` or `agent`; for all but `standard` the key needs `rooms:admin`',
  ],
  [
    '`video.room`, `video.roomJoin`, `video.roomAdmin`',
    'the room; may join; may kick and mute others (only when `true`): the key needs `rooms:admin`',
  ],
  ['`video.canPublish`, `video.canSubscribe`, `video.canPublishData`', 'granted unless `false`'],
  [
    '`video.canPublishSources`',
    'the only sources from which it may publish: `camera`, `microphone`, `screen_share`, `screen_share_audio`, `unknown`; an empty list allows all. Hosts and co-hosts of a room may publish from any source',
  ],
  ['`video.canUpdateOwnMetadata`', 'may change own name, metadata and attributes; only when `true`'],
  [
    '`video.check`',
    'may check the connection (`Room.check()`); without `roomJoin` the token enters no room; only when `true`',
  ],
  [
    '`video.breakOut`',
    'the room is a [break-out room](rooms.md#break-out-rooms), whose names (`ROOM~BO_` and 12 characters) open nothing without it; signaling nodes make such tokens',
  ],
  [
    '`video.hidden`',
    "invisible, publishes nothing, or with kind `gateway` only renditions of others' tracks: the key needs `rooms:admin`",
  ],
  [
    '`video.regions`',
    "`['eu', 'us']`: media and data touch media nodes of these regions alone ([ADR 0014](adr/0014-fences-hold-for-relays.md)); at most 16; default anywhere",
  ],
  [
    '`video.mode`',
    '`single`, `direct` or `relay` ([moves.md](design/moves.md#modes)); the first token in the room decides, after administrators',
  ],
  [
    'not used',
    "what LiveKit's SDKs can add besides: `roomConfig`, `roomPreset`, `sha256`, `video.recorder`, `video.agent`, `video.canSubscribeMetrics`, `video.canManageAgentSession`, `video.destinationRoom`; their kinds `ingress`, `egress`, `sip` and `connector` are refused (`TOKEN_INVALID`)",
  ],
];

export const aboutTokens = `A claim of \`null\` counts as absent. A claim of another type or size than its own is refused with \`TOKEN_INVALID\`; the
text names the claim, its rule and the shape of its value, at every door (the SDK's error, \`/rtc/validate\`, REST):
\`claim "video.room": 1 to 128 characters without "/", …; it contains "/"\`.

A session outlives its token and may resume with an expired one. What is revoked (an API key, a \`jti\`, a \`via\`) ends
the sessions that came by it within a second (\`TOKEN_REVOKED\`), and opens nothing any more. An API key that the node does
not know is refused with \`API_UNREACHABLE\` (retry) while no api answers. A new join needs a valid token, so give the SDK a
function.

The **fence** is what the token's and the API key's \`regions\` both allow; the room's is that of the first token.
\`FENCE_CONFLICT\` (do not retry): the token forbids a region that the room may use, or shares none with its API key.
\`NO_NODE\`, \`NO_CAPACITY\`: no node inside. The fence holds for media nodes and relays. Outside of it: signaling nodes,
which see rosters, chat and data (choose \`entryUrls\` of the region), and the api with its records (choose where its
database is).`;
