// Rules that all operations share, as text of docs/reference.md.

export const commonRules: readonly (readonly [what: string, rule: string])[] = [
  [
    'authorization',
    '`Authorization: Bearer` with a JWT as [below](#tokens-of-clients), valid for at most ten minutes, with LiveKit\'s grants (`roomCreate`, `roomList`, `roomAdmin`) or `scope`: `"meetings:write links:write"`, limited to those of the API key. A token to join a room is refused, except where the operation says that hosts in a room may do it ([transcripts](recording.md#rights-limits-deletion)). The operator\'s key may call operations that name the tenant in the path. Alternatively, the cookie of a [signed-in user](users.md#sessions)',
  ],
  [
    'scopes of a key',
    'limit everything that is made with it: REST calls, claims of its [tokens to join](#tokens-of-clients), links (one with an identity needs `rooms:join`, one with `roomAdmin` needs `rooms:admin`), and the keys that it creates and revokes (which may not have more scopes). Tokens of guests and users are signed with another key of the tenant, which is not an API key ([ADR 0025](adr/0025-what-a-key-can-do.md)). The reference page lists all scopes',
  ],
  ['not found', '404, also for objects of another tenant'],
  [
    'refusals',
    '`application/problem+json` (RFC 9457): `code` is stable; `errors` have a JSON pointer into the body, or `?name` or `{name}` for a parameter; titles are in the language of `Accept-Language` (en, zh). All codes: `GET /api/v1/problems/CODE`',
  ],
  ['bodies', 'JSON, at most 256 KiB (16 KiB without a token); unknown properties and parameters are refused'],
  [
    '`Idempotency-Key`',
    'on a POST that supports it, 1 to 128 printable characters: within 24 h, a request that the same caller repeats with the same key takes effect once. A caller is a user, or an API key with the token’s scopes, room and `via`. The stored answer is returned (with `Idempotency-Replayed`), also if it is a refusal, except 401, 403, 404, 429 and 5xx. `IDEMPOTENCY_IN_FLIGHT`: the first request has not been answered yet (60 s after its start, a repetition takes over); `IDEMPOTENCY_MISMATCH`: the key was used for another request',
  ],
  [
    'lists',
    '`limit` (1 to 200, default 50) and `cursor`: the `nextCursor` of the previous page, which the last page lacks',
  ],
  [
    'versions',
    "`ETag`; a GET with `If-None-Match` may answer 304. Changes of users, groups, tenants, meetings and their occurrences (by the meeting's version) require `If-Match` (`PRECONDITION_REQUIRED`); for changes of a room or of a tenant's own settings, and for cancelling and splitting meetings, it is optional (`VERSION_CONFLICT`)",
  ],
  [
    'rates',
    "per API key or user: 50 per second, 100 at once (or the tenant's `apiPerSecond`, twice as many at once); per address without a token: 10 per second, 100 at once; refused tokens: 5 per second, 50 at once; per address through the page's server: 64 requests at a time. Beyond: 429 `RATE_LIMITED` with `Retry-After`. Each instance counts separately",
  ],
  ['database away', '503 `DATABASE_UNAVAILABLE` with `Retry-After`, after at most 5 s; running calls are not affected'],
  ['`X-Request-Id`', "the caller's, or a new one; in the log of faults and the audit log"],
  [
    'audit log',
    "records each authenticated change (except messages), operators' views of rooms on the wall and their log searches, sign-ins including failed ones, requests for a new password, and requests refused for lack of rights: `GET /audit`, `/audit.csv`. Entries contain only ids. Each tenant has one chain of SHA-256 hashes: `GET /audit/verification` names the first entry that is missing or was changed. Store its `lastHash` elsewhere, since an attacker with write access to the database could build a new chain. Acts of the operator on a tenant are in the tenant's log",
  ],
  [
    'erasure',
    'of a tenant: `DELETE /tenants/TENANT` by the operator (`If-Match`): its keys become invalid at once, then all data is deleted, including its audit log; remove the tenant from `tenants` of the configuration first. Of a person: `POST /tenant/erasures` `{ identity?, email? }`: the user is deleted at once, and links and tokens are revoked; then a pseudonym replaces names, addresses and identity in meetings, attendance and events (`GET /tenant/erasures/ID`). The audit log keeps ids',
  ],
  [
    'export',
    '`GET /tenant/export`: all data of the tenant without secrets, as gzip with a line of JSON for each record; the last line has counts, and a file without it is incomplete',
  ],
  [
    'retention',
    '`GET`, `PATCH /tenant/retention`: days for which events, attendance, webhook deliveries, past meetings and the audit log are kept; older records are deleted every night (UTC). Verification of a shortened log starts at its oldest entry',
  ],
];

export const keyRotation = `An API key's secret is shown once. To rotate it: create another of the same name (two of a name may be valid at
a time), switch over, and revoke the old one. After a leak, revoke it with \`streams=end\`, which also ends pushes and
pulls that it ordered, and join links that it made ([all that ends](design/trust.md#what-ends-a-link)). Otherwise they
continue with the other key. Keys and webhooks that it created stay: the audit log shows them. The operator rotates a tenant's signing key by revoking it
(\`GET /tenants/TENANT/keys\` names it); guests and users then join again.`;
