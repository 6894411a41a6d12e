// Text of docs/reference.md about rules that all operations share.

export const commonRules: readonly (readonly [what: string, rule: string])[] = [
  [
    'authorization',
    '`Authorization: Bearer` and a JWT as [below](#tokens-of-clients), at most ten minutes long, with LiveKit\'s grants (`roomCreate`, `roomList`, `roomAdmin`) or `scope`: `"meetings:write links:write"`, as far as the API key has them. A token to join a room opens nothing. The operator\'s key opens what names its tenant in the path. Or the cookie of a [signed-in user](users.md#sessions)',
  ],
  [
    'scopes of a key',
    'bound all that comes of it: REST, what its [tokens to join](#tokens-of-clients) may claim, the links that it makes (one with an identity needs `rooms:join`, one with `roomAdmin` needs `rooms:admin`), the keys that it makes and revokes (none with more than it has). Guests and users come by a key of the tenant that is no API key ([ADR 0025](adr/0025-what-a-key-can-do.md)). The list: the reference page',
  ],
  ['not found', 'also what belongs to another tenant: 404'],
  [
    'refusals',
    '`application/problem+json` (RFC 9457): `code` is stable, `errors` have a JSON pointer into the body, or `?name`, `{name}` of a parameter; titles in the language of `Accept-Language` (en, zh). All codes: `GET /api/v1/problems/CODE`',
  ],
  ['bodies', 'JSON, at most 256 KiB, of what needs no token 16 KiB; unknown properties and parameters are refused'],
  [
    '`Idempotency-Key`',
    'of a POST that takes it, 1 to 128 printable characters: within 24 h the same request under the same key happens once. Its answer comes again (`Idempotency-Replayed`), also a refusal, but neither 5xx nor 429. `IDEMPOTENCY_IN_FLIGHT`: the first is not answered yet (60 s after it began, another takes over); `IDEMPOTENCY_MISMATCH`: the key was used for another request',
  ],
  ['lists', '`limit` (1 to 200, default 50) and `cursor`: the `nextCursor` of the page before, absent on the last'],
  [
    'versions',
    "`ETag`; a GET with `If-None-Match` answers 304; a change of users, groups, tenants, meetings and their occurrences (by the meeting's version) needs `If-Match` (`PRECONDITION_REQUIRED`); that of a room, of a tenant's own settings, cancelling and splitting take it (`VERSION_CONFLICT`)",
  ],
  [
    'rates',
    "of an API key or user 50 a second, 100 at once (or the tenant's `apiPerSecond`, twice as many at once); of an address for what needs no token 10 a second, 100 at once; refused tokens 5 a second, 50 at once. of an address through the page's server 64 requests at once. 429 `RATE_LIMITED` with `Retry-After`. Each instance counts for itself",
  ],
  ['database away', '503 `DATABASE_UNAVAILABLE` with `Retry-After`, after at most 5 s; calls go on'],
  ['`X-Request-Id`', "the caller's, or a new one; in the log of faults and the audit log"],
  [
    'audit log',
    "every act that changes something and needs authorization (not messages), looks of operators at rooms on the wall, their searches of logs, sign-ins, also in vain, passwords that were asked for, and what was refused for want of rights: `GET /audit`, `/audit.csv`. Ids only. One chain of SHA-256 for each tenant: `GET /audit/verification` names the first entry that is missing or was changed. Keep its `lastHash` elsewhere: an attacker that can write to the database could make a whole new chain. What the operator does to a tenant is in the tenant's log",
  ],
  [
    'erasure',
    'of a tenant: `DELETE /tenants/TENANT` by the operator (`If-Match`): its keys open nothing from then on, then everything goes, also its audit log; take it out of `tenants` of the configuration first. Of a person: `POST /tenant/erasures` `{ identity?, email? }`: the user goes at once, links and tokens are revoked; then a pseudonym takes the place of names, addresses and identity in meetings, attendance and events (`GET /tenant/erasures/ID`). The audit log keeps ids',
  ],
  [
    'export',
    '`GET /tenant/export`: everything that the tenant has, without secrets: gzip, a line of JSON for each record; the last line has counts, a file without it is not whole',
  ],
  [
    'retention',
    '`GET`, `PATCH /tenant/retention`: days that events, attendance, webhook deliveries, meetings that are over and the audit log are kept; what is older goes every night (UTC). Of a log that was cut the verification begins behind the cut',
  ],
];

export const keyRotation = `An API key's secret is shown once. To rotate it: make another of the same name (two of a name count at a time), change
over, revoke the old one. After a leak revoke it with \`streams=end\`: pushes and pulls that it ordered end too, which
else go on by the other key. The tenant's own key is rotated by the operator, who revokes it
(\`GET /tenants/TENANT/keys\` names it): guests and users join anew.`;
