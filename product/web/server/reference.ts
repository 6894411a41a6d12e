export const about = `The page itself, also at \`/j/CODE\` ([join links](rooms.md#join-links)), \`/m/NUMBER\`
([meetings](rooms.md#booked-meetings)) and, for signed-in users, \`/meetings/ID/join\`; the pages of
[signed-in users](users.md#my-meetings) \`/meetings\`, \`/signin\`, \`/signin/forgot\`, \`/setup/CODE\`; \`/api\` and
\`/twirp\` (the api), \`/rtc\` (LiveKit's clients, passed on to the best signaling node for each: up to
\`liveKitClientsPerAddressMax\` and \`liveKitClientsMax\`, else 503), \`GET /healthz\`, \`GET /config.json\`, on loopback \`POST /dev/token\`
\`{ room, identity, name }\` → \`{ token }\`.

With \`npm start -- --lan\`, at \`https://ADDRESS:7843\` ([ADR 0007](adr/0007-guests-of-the-local-network.md)):`;

export const lanRequests: readonly (readonly [request: string, answer: string])[] = [
  ['`GET /join/KEY`', '303 to the room, key in a cookie (`__Host-`, `HttpOnly`, `SameSite=Strict`)'],
  [
    '`POST /dev/token` `{ room, identity, name }`',
    "`{ token }` for the start's room, ten minutes, no `roomAdmin`; needs the cookie",
  ],
  [
    '– refusals',
    '403 `JOIN_KEY_MISSING`, `JOIN_KEY_INVALID`, `JOIN_KEY_EXPIRED`, `ROOM_NOT_YOURS`; 429 `RATE_LIMITED` (per address 30, then one every 2 s; in all 200, then five a second)',
  ],
  ['`http://ADDRESS:7844/`, `/ca.crt`', 'instructions and certificate'],
];
