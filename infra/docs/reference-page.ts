// Makes docs/reference.md: configuration keys from the services' schemas, error codes from the protocol, and routes
// from the services' files reference.ts.

import { listenAddress, listenRange, nodeConfig } from '../../base/node-shell/src/index.ts';
import { adviceOf, type ErrorCode, errorCodes } from '../../base/protocol/src/errors.ts';
import { aboutTokens, tokenClaims } from '../../base/protocol/src/token-claims.ts';
import { baseConfig } from '../../base/runtime/src/index.ts';
import { probeConfig } from '../../edge-probe/src/config.ts';
import { libraryConfig } from '../../files/library/src/config.ts';
import { receiverConfig } from '../../files/receiver/src/config.ts';
import { gatewayConfig } from '../../media/gateway/src/config.ts';
import { recorderConfig } from '../../media/recorder/src/config.ts';
import { apiConfig } from '../../product/api/src/config.ts';
import { commonRules, keyRotation } from '../../product/api/src/http/common-rules.ts';
import * as liveKit from '../../product/api/src/twirp/reference.ts';
import { webConfig } from '../../product/web/server/config.ts';
import * as page from '../../product/web/server/reference.ts';
import * as databases from '../../scheduler/src/adapters/geo/reference.ts';
import * as scheduler from '../../scheduler/src/adapters/http/reference.ts';
import * as scaleOrders from '../../scheduler/src/adapters/scale/reference.ts';
import { schedulerConfig } from '../../scheduler/src/config.ts';
import { sfuConfig } from '../../sfu/src/config.ts';
import { requests as signalingRequests } from '../../signaling/src/adapters/reference.ts';
import { configSchema as signalingConfig } from '../../signaling/src/config.ts';
import { keyRows, type Schema } from './configuration.ts';
import { generatedLine, paragraphs, table } from './markdown.ts';

const KEY_COLUMNS = ['key', 'type', 'default', 'meaning'] as const;
const everyService = new Set(Object.keys(baseConfig));
const everyNode = new Set([...everyService, ...Object.keys(nodeConfig)]);

interface KeyTable {
  readonly heading: string;
  readonly schema: Schema;
  readonly leftOut?: ReadonlySet<string>;
  readonly documentedElsewhere?: ReadonlySet<string>;
}

const services: readonly KeyTable[] = [
  { heading: 'Every service', schema: { properties: baseConfig } },
  {
    heading: 'Every node (sfu, signaling, edge-probe, gateway, recorder, library, api)',
    schema: required(nodeConfig),
  },
  {
    heading: 'scheduler',
    schema: schedulerConfig,
    leftOut: everyService,
    documentedElsewhere: new Set(['autoscale', 'geoRefresh', 'kubernetes']),
  },
  { heading: 'sfu', schema: sfuConfig, leftOut: everyNode },
  { heading: 'signaling', schema: signalingConfig, leftOut: everyNode },
  { heading: 'edge-probe', schema: probeConfig, leftOut: everyNode },
  { heading: 'gateway', schema: gatewayConfig, leftOut: everyNode },
  { heading: 'recorder', schema: recorderConfig, leftOut: everyNode },
  { heading: 'library', schema: libraryConfig, leftOut: everyNode },
  { heading: 'receiver', schema: receiverConfig, leftOut: everyService },
  { heading: 'api', schema: apiConfig, leftOut: everyNode },
  { heading: 'web', schema: webConfig, leftOut: everyService },
];

export function referencePage(): { text: string; faults: string[] } {
  const faults: string[] = [];
  const keys = ({ heading, schema, ...options }: KeyTable): string => {
    const { rows, undescribed } = keyRows(schema, options);
    faults.push(...undescribed.map((key) => `${heading}: the key ${key} has no description`));
    return table(KEY_COLUMNS, rows);
  };
  const text = paragraphs(
    generatedLine,
    '# Reference: configuration, HTTP, tokens, error codes',
    `Addresses are those of \`npm start\` without \`--port-offset\`; secrets are in \`.meridian/secrets.json\` (\`--state-dir DIR\`:
\`DIR/secrets.json\`). \`. .meridian/env\` sets both for a shell.`,
    configuration(keys),
    '## Keys of autoscale\nPer region unless stated. Behaviour: [autoscaling.md](design/autoscaling.md).',
    keys({ heading: 'autoscale', schema: schedulerConfig.properties.autoscale }),
    scaleOrders.about,
    table(['request', 'answer'], scaleOrders.requests),
    scaleOrders.refusals,
    '## Keys of kubernetes\nWhat the centre may do there: [ADR 0028](adr/0028-kubernetes.md).',
    keys({ heading: 'kubernetes', schema: schedulerConfig.properties.kubernetes }),
    schedulerHttp(),
    `## Databases of locations\n${databases.about}`,
    keys({ heading: 'geoRefresh', schema: schedulerConfig.properties.geoRefresh.items }),
    databases.example,
    `## HTTP of signaling\n\`http://127.0.1.1:7880\` (Frankfurt), \`http://127.0.2.1:7880\` (Singapore).`,
    table(['request', 'answer'], signalingRequests),
    apiHttp(),
    `## HTTP of the page's server\n\`http://127.0.0.1:7800\`. ${page.about}`,
    table(['request', 'answer'], page.lanRequests),
    `## Tokens of clients\nHS256 JWT with LiveKit's claims:`,
    table(['claim', ''], tokenClaims),
    aboutTokens,
    errors(),
  );
  return { text: `${text}\n`, faults };
}

function configuration(keys: (of: KeyTable) => string): string {
  const range = keys({ heading: 'listen range', schema: listenRange('') });
  return paragraphs(
    `## Configuration
Each service reads the files that \`--config FILE\` names, once or several times: JSON, or YAML 1.2 when the name ends in
\`.yaml\` or \`.yml\`. Top-level keys of a later file replace those of earlier ones. \`MERIDIAN_<KEY>\` overrides a key
whose value is no list or object (\`metricsPort\`: \`MERIDIAN_METRICS_PORT\`). Unknown keys end the start. Dots name keys
inside an object, \`[]\` those of the objects in a list.

In texts of files, also inside lists and objects, \`\${env:NAME}\` stands for a variable of the environment and
\`\${file:PATH}\` for the text of a file of at most 64 KiB, as a secret that a container is given; white space at its end
is left out. Both are read at the start. A file may be named by variables: \`\${file:/etc/addresses/\${env:NODE}}\`.

With \`--check-config\` a service starts nothing: it prints what is wrong with its configuration, with the place and an
example of each key, and ends with 2; or \`OK\` and 0. Warnings are printed, and logged at each start, and end nothing.
The network is not asked.`,
    ...services.map((of) => `### ${of.heading}\n${keys(of)}`),
    `### Addresses to listen on\nA listen address:`,
    keys({ heading: 'listen address', schema: listenAddress('') }),
    `A listen range has two ports in place of one:`,
    range,
    health,
  );
}

const health = paragraphs(
  `## Health
With \`metricsPort\` each service answers there, without a token:`,
  table(
    ['request', 'answer'],
    [
      ['`GET /livez`', '200 while its event loop runs: for liveness probes. No answer: it is frozen'],
      [
        '`GET /healthz`',
        '503 with `starting` during its start, then 200; 503 with `leaving` once it is to end, also while it drains: for readiness and startup probes',
      ],
    ],
  ),
  `Neither checks the centre, Redis or the database: calls go on without these, and to take the service out of service
would end the calls. Whether the centre sees a node: \`GET /v1/fleet\`. \`meridian health\` asks \`/healthz\` at
\`MERIDIAN_METRICS_HOST\` and \`MERIDIAN_METRICS_PORT\`, for health checks of containers; exit code 0 is 200.`,
);

function schedulerHttp(): string {
  return paragraphs(
    `## HTTP of the scheduler
\`http://127.0.0.1:7001\`, with \`authorization: Bearer <clusterToken>\`. Refusals are \`{ code, message }\`.`,
    table(['request', 'answer'], scheduler.requests),
    '`:key` of a room is `TENANT/ROOM`, URL-encoded: `GET /v1/rooms/dev%2Fdemo/plan`. Bodies are JSON.',
    table(
      ['code', 'status', ''],
      [
        ...scheduler.refusals.map(([code, status, meaning]) => [`\`${code}\``, status, meaning]),
        ['[other codes](#error-codes)', '503', 'the centre cannot do it now'],
      ],
    ),
    `\`\`\`sh
. .meridian/env
curl -s -H "authorization: Bearer $MERIDIAN_CENTRE_TOKEN" $MERIDIAN_CENTRE_HTTP/v1/fleet
\`\`\``,
    '### States of a node',
    table(['where', 'value', 'meaning'], scheduler.nodeStates),
    '### Why of a decision',
    table(['value', 'meaning'], scheduler.reasonsWhy),
  );
}

function apiHttp(): string {
  return paragraphs(
    `## HTTP of the api
Below \`/api/v1\` of the page's origin. All operations: the reference page \`/api/v1/reference\`, \`/api/v1/openapi.json\` (in
the repository \`product/api/openapi.json\`). What holds of all of them:`,
    table(['', ''], commonRules),
    keyRotation,
    `### LiveKit's server API\n${liveKit.about}`,
    table(['', ''], liveKit.methods),
  );
}

function errors(): string {
  return paragraphs(
    `## Error codes
Retry: whether the same request may succeed later. Advice: for the person who sees the error (\`advice\` of the SDK's
\`MeridianClientError\`, and in the text that refuses a LiveKit client). Codes of the api alone: \`GET /api/v1/problems/CODE\`.`,
    table(
      ['code', 'retry', 'meaning', 'advice'],
      Object.entries(errorCodes).map(([code, [meaning, retryable]]) => [
        `\`${code}\``,
        retryable ? 'yes' : 'no',
        meaning,
        adviceOf(code as ErrorCode),
      ]),
    ),
  );
}

/** Returns a schema of keys. All are required but those that TypeBox marks as optional and those with a default. */
function required(properties: Readonly<Record<string, Schema>>): Schema {
  const optional = (schema: Schema): boolean => '~optional' in schema || schema.default !== undefined;
  return { properties, required: Object.keys(properties).filter((key) => !optional(properties[key] ?? {})) };
}
