import { bracketed } from '@meridian/protocol';
import { baseConfig, logSourceSchema, secretExample } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { roomModes } from './placing/core/view.ts';
import { autoscale, kubernetes } from './scaling/config.ts';

const secret = { minLength: 32, maxLength: 1024, examples: [secretExample] };
const files = { maxItems: 8 };

/** A source of a database file; `sourceIssues` checks rules beyond the schema at start. */
const geoRefresh = Type.Object({
  file: Type.String({
    minLength: 1,
    examples: ['/var/lib/meridian/geo/city.mmdb'],
    description: 'A file of `maxmindFile`, `geoCityFiles`, `geoCountryFiles` or `geoAsnFiles`.',
  }),
  url: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 2048,
      description:
        '`https://…` of the file or of its gzip (`http` only to this machine); at most 5 redirects, with `ETag` and date.',
    }),
  ),
  checksumUrl: Type.Optional(
    Type.String({ minLength: 1, maxLength: 2048, description: 'URL of the SHA-256 of what `url` serves.' }),
  ),
  authorization: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 2048,
      description: 'Value of the `authorization` header, sent to the origin of `url` only.',
    }),
  ),
  caFile: Type.Optional(
    Type.String({ minLength: 1, description: "PEM file of the authority to trust instead of the machine's." }),
  ),
  command: Type.Optional(
    Type.Array(Type.String({ maxLength: 4096 }), {
      minItems: 1,
      maxItems: 32,
      examples: [['/usr/local/bin/fetch-city', '{output}']],
      description:
        "In place of `url`: a program and its arguments, without a shell; `{output}` is the file to write. For archives, as MaxMind's `geoipupdate`.",
    }),
  ),
  cron: Type.String({
    minLength: 1,
    maxLength: 128,
    description: 'Cron expression of the refreshes: five or six fields, in UTC.',
    examples: ['15 3 * * 2'],
  }),
  jitterMs: Type.Integer({
    minimum: 0,
    maximum: 86_400_000,
    default: 600_000,
    description: 'Longest random delay after the time of `cron`.',
  }),
  bytesMax: Type.Integer({
    minimum: 1024,
    maximum: 1_073_741_824,
    default: 268_435_456,
    description: 'Size of the largest accepted file.',
  }),
  timeLimitMs: Type.Integer({
    minimum: 1000,
    maximum: 3_600_000,
    default: 600_000,
    description: 'Longest duration of one refresh.',
  }),
});

const port = (description: string, usual: number) =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: usual, description });

export const schedulerConfig = Type.Object({
  ...baseConfig,
  id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$', default: 'centre', description: 'Name of this centre.' }),
  region: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$', default: 'global', description: 'Region of this centre.' }),
  ...logSourceSchema,
  linkHost: Type.String({ minLength: 1, default: '127.0.0.1', description: "Local address of the nodes' links." }),
  linkPort: port("Port of the nodes' links and of enrolment.", 7000),
  httpHost: Type.String({ minLength: 1, default: '127.0.0.1', description: "Local address of this centre's HTTP." }),
  httpPort: port('Port of [its HTTP](#http-of-the-scheduler).', 7001),
  clusterToken: Type.String({ ...secret, description: "Bearer token of this centre's HTTP." }),
  clusterSecret: Type.String({ ...secret, description: "Seals the key of the cluster's certificate authority." }),
  clusterTokenBefore: Type.Optional(
    Type.String({ ...secret, description: 'Previous `clusterToken`, still accepted while the token is replaced.' }),
  ),
  clusterSecretBefore: Type.Optional(
    Type.String({
      ...secret,
      description:
        'Previous `clusterSecret`: opens what it sealed, while the secret is replaced ([trust.md](design/trust.md#replacing-secrets)).',
    }),
  ),
  redisUrl: Type.Optional(
    Type.String({
      pattern: '^rediss?(\\+sentinel|\\+cluster)?://',
      examples: ['rediss://10.0.0.5:6379'],
      description: 'A server, the primary behind sentinels, or a cluster ([ownership.md](design/ownership.md#redis)).',
    }),
  ),
  standby: Type.Boolean({
    default: false,
    description:
      'Other centres share this Redis: one of them leads, the others stand by ([ownership.md](design/ownership.md#the-leading-centre)).',
  }),
  placesRegion: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9._-]{1,40}$',
      examples: ['frankfurt'],
      description:
        'This centre is the instance of one region, beside a leader: it places on media nodes of that region and nowhere else ([ownership.md](design/ownership.md#instances-of-regions)).',
    }),
  ),
  centreUrl: Type.Optional(
    Type.String({
      pattern: '^wss://[^\\s@]+$',
      examples: ['wss://10.0.0.1:7000,wss://10.0.0.2:7000'],
      description: 'For an instance: `wss://HOST:PORT` of each centre that may lead, separated by commas.',
    }),
  ),
  linkUrl: Type.Optional(
    Type.String({
      pattern: '^wss://[^\\s/,@]+$',
      examples: ['wss://10.0.0.1:7000'],
      description:
        '`wss://HOST:PORT` at which nodes reach this centre: centres that stand by send nodes there. Without it, `linkHost` and the real port.',
    }),
  ),
  joinsPerCore: Type.Number({
    minimum: 1,
    maximum: 1e6,
    default: 100,
    description:
      'Joins a second that one core of a media node can serve: each costs two DTLS handshakes and their keys ([admission.md](design/admission.md)).',
  }),
  maxmindFile: Type.Optional(
    Type.String({
      minLength: 1,
      description: "The operator's own MaxMind city file (GeoIP2 or GeoLite2), asked first.",
    }),
  ),
  geoCityFiles: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      ...files,
      description: 'DB-IP city files, tried in order; by default the two of the installed package. Empty: none.',
    }),
  ),
  geoCountryFiles: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      ...files,
      description: 'Country files; by default the two of the installed package. Empty: none.',
    }),
  ),
  geoAsnFiles: Type.Array(Type.String({ minLength: 1 }), {
    ...files,
    default: [],
    description:
      'Files with `autonomous_system_number` (`GeoLite2-ASN`): the network of an address, by which measurements are shared ([access.md](design/access.md)). Without one the /16 or /32 is used.',
  }),
  geoMobileNetworks: Type.Array(Type.String({ pattern: '\\p{L}', maxLength: 64 }), {
    maxItems: 1000,
    default: ['mobile', 'cellular'],
    description:
      'Mobile networks, by number (`AS64500`) or by consecutive whole words of the organisation, ignoring case and separators (`T-Mobile` matches `T MOBILE USA`, not `TMobile`). Their radius is at least 300 km ([access.md](design/access.md#how-wide-a-database-is-believed)).',
  }),
  geoAllowOlder: Type.Boolean({
    default: false,
    description: 'A file built before the one in use may take its place while the centre runs.',
  }),
  geoRefresh: Type.Array(geoRefresh, {
    maxItems: 16,
    default: [],
    description: 'Sources of the files, and when each is fetched; [keys below](#databases-of-locations).',
  }),
  relayBudgetShare: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 1,
    description:
      'Share of the traffic between hosts that may go through relays; 1: no limit. Pairs without a direct path use a relay in any case.',
  }),
  relayUsdPerGb: Type.Record(
    Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
    Type.Number({ minimum: 0, maximum: 10 }),
    {
      default: {},
      maxProperties: 1000,
      description:
        "Price of a gigabyte that a relay forwards, in US dollars, by the region of the relay's host; regions that are not named cost nothing.",
    },
  ),
  msPerUsdPerGb: Type.Number({
    minimum: 0,
    maximum: 1e6,
    default: 100,
    description:
      'Delay in ms that is worth one US dollar a gigabyte: a relay must be faster than the direct path by this much per dollar of its price.',
  }),
  mode: Type.Enum([...roomModes], {
    default: 'relay',
    description:
      'How rooms without a mode of their own are placed: cost first (one host), nearest ingress, or nearest ingress with relays, and moves where the room gains ([moves.md](design/moves.md#modes)).',
  }),
  tenantModes: Type.Record(Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }), Type.Enum([...roomModes]), {
    default: {},
    maxProperties: 10_000,
    description: "Mode of a tenant's rooms without a mode of their own, in place of `mode`.",
  }),
  autoscale: Type.Optional(autoscale),
  kubernetes: Type.Optional(kubernetes),
  developmentCities: Type.Boolean({
    default: false,
    description: "A request may name a city in place of the client's location. Never in production.",
  }),
});

export type SchedulerConfig = Readonly<Static<typeof schedulerConfig>>;

/** Reads the API server from the variables that Kubernetes sets in every container. */
export function inClusterApiServer(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (host === undefined || host === '' || port === undefined) return undefined;
  return `https://${bracketed(host)}:${port}`;
}
