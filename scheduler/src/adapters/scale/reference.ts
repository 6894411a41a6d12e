// Text of docs/reference.md about the drivers `process` and `webhook`: a contract that any orchestrator can implement.

export const about = `The drivers \`process\` and \`webhook\` send idempotent requests to \`controlUrl\` with
\`authorization: Bearer <controlToken>\` and \`meridian-epoch\` (from 1,
[whose orders](design/autoscaling.md#whose-orders)). An answer comes within 5 s; no redirect is followed. An endpoint
that runs your commands: \`examples/scale-webhook/\`.`;

export const requests: readonly (readonly [request: string, answer: string])[] = [
  [
    '`GET /v1/nodes`',
    '`{ nodes: [{ nodeId, region, state }] }`, at most 1000, until gone. `state`: `starting`, `running` (has served), `stopping`, `failed` (dies repeatedly)',
  ],
  [
    '`PUT /v1/nodes/:id` `{ region }`',
    '200 JSON: a media node with this id exists or is being made. While one of this id is ending: 409, or it is made again',
  ],
  ['`DELETE /v1/nodes/:id`', '200 JSON: gone or ending'],
  [
    'any, with a lower epoch than one before',
    "409 `{ code: 'EPOCH_STALE', message, epoch }`; nothing is done, whatever process answers",
  ],
];

export const refusals = `Other refusals are \`{ code, message }\`; the centre retries in the next round. \`npm start\` answers 401 \`TOKEN_INVALID\`,
400 or 405 \`REQUEST_INVALID\` (also an epoch over a million above the last), 404 \`NOT_FOUND\`, 409 \`OUT_OF_ORDER\` (node
still ending, too many nodes, unknown region).`;
