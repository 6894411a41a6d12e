import { baseConfig } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { roomModes } from './placing/core/view.ts';
import { autoscale } from './scaling/config.ts';

const secret = { minLength: 32, maxLength: 1024 };
const files = { maxItems: 8 };

/** One source of one database file; what the schema cannot say is checked at start (`checkSources`). */
const geoRefresh = Type.Object({
  /** One of `maxmindFile`, `geoCityFiles`, `geoCountryFiles`, `geoAsnFiles`. */
  file: Type.String({ minLength: 1 }),
  /** https; http only to this machine. The file itself, or a gzip of it. */
  url: Type.Optional(Type.String({ minLength: 1, maxLength: 2048 })),
  /** Answers the SHA-256 of what `url` answers. */
  checksumUrl: Type.Optional(Type.String({ minLength: 1, maxLength: 2048 })),
  /** Value of the request's `authorization` header. */
  authorization: Type.Optional(Type.String({ minLength: 1, maxLength: 2048 })),
  /** PEM file of the authority to trust instead of the machine's. */
  caFile: Type.Optional(Type.String({ minLength: 1 })),
  /** In place of `url`: a program and its arguments, of which `{output}` is the file to write. */
  command: Type.Optional(Type.Array(Type.String({ maxLength: 4096 }), { minItems: 1, maxItems: 32 })),
  /** Five or six fields, in UTC. */
  cron: Type.String({ minLength: 1, maxLength: 128 }),
  /** Waited by chance, up to this, after the time has come. */
  jitterMs: Type.Integer({ minimum: 0, maximum: 86_400_000, default: 600_000 }),
  bytesMax: Type.Integer({ minimum: 1024, maximum: 1_073_741_824, default: 268_435_456 }),
  timeLimitMs: Type.Integer({ minimum: 1000, maximum: 3_600_000, default: 600_000 }),
});

/** Configuration of the scheduling centre; every key is described in docs/reference.md. */
export const schedulerConfig = Type.Object({
  ...baseConfig,
  id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$', default: 'centre' }),
  region: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$', default: 'global' }),
  linkHost: Type.String({ minLength: 1, default: '127.0.0.1' }),
  linkPort: Type.Integer({ minimum: 0, maximum: 65_535, default: 7000 }),
  httpHost: Type.String({ minLength: 1, default: '127.0.0.1' }),
  httpPort: Type.Integer({ minimum: 0, maximum: 65_535, default: 7001 }),
  clusterToken: Type.String(secret),
  clusterSecret: Type.String(secret),
  /** A server, the primary behind sentinels, or a cluster: docs/reference.md. */
  redisUrl: Type.Optional(Type.String({ pattern: '^rediss?(\\+sentinel|\\+cluster)?://' })),
  /** Whether other centres share this Redis: one of them leads, the others stand by. */
  standby: Type.Boolean({ default: false }),
  /**
   * This centre is the instance of one region, beside a leader: it places on that region's media nodes and nowhere
   * else.
   */
  placesRegion: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._-]{1,40}$' })),
  /** Of an instance: where the centres that lead are, wss://host:port, commas between. */
  centreUrl: Type.Optional(Type.String({ pattern: '^wss://[^\\s@]+$' })),
  /**
   * Where nodes reach this centre, wss://host:port; omitted: linkHost and the real port. A centre that stands by sends
   * it to nodes that look for the leader.
   */
  linkUrl: Type.Optional(Type.String({ pattern: '^wss://[^\\s/,@]+$' })),
  /** Joins a second that one core of a media node takes: two DTLS handshakes and their keys each. */
  joinsPerCore: Type.Number({ minimum: 1, maximum: 1e6, default: 100 }),
  /** DB-IP city files, any number, tried in order; omitted: the installed package's two. Empty: none. */
  geoCityFiles: Type.Optional(Type.Array(Type.String({ minLength: 1 }), files)),
  /** Country files; omitted: the installed package's two. Empty: none. */
  geoCountryFiles: Type.Optional(Type.Array(Type.String({ minLength: 1 }), files)),
  /** Files of autonomous systems in MaxMind's format (GeoLite2-ASN). */
  geoAsnFiles: Type.Array(Type.String({ minLength: 1 }), { ...files, default: [] }),
  /**
   * Mobile networks, whose addresses are placed worse: `AS64500`, or words of the organisation's name in the files of
   * autonomous systems.
   */
  geoMobileNetworks: Type.Array(Type.String({ pattern: '\\p{L}', maxLength: 64 }), {
    maxItems: 1000,
    default: ['mobile', 'cellular'],
  }),
  /** Whether a database file built before the one in use may take its place while the centre runs. */
  geoAllowOlder: Type.Boolean({ default: false }),
  /** Where the database files come from, and when. */
  geoRefresh: Type.Array(geoRefresh, { maxItems: 16, default: [] }),
  /** The operator's own MaxMind city file (GeoIP2 or GeoLite2), asked first. */
  maxmindFile: Type.Optional(Type.String({ minLength: 1 })),
  /**
   * Of the traffic between hosts, the share that may go through relays; 1: no limit. Pairs without a direct path are
   * relayed all the same.
   */
  relayBudgetShare: Type.Number({ minimum: 0, maximum: 1, default: 1 }),
  /**
   * What a gigabyte that a relay sends on costs, in US dollars, by the region of its host; regions that are not named
   * cost nothing.
   */
  relayUsdPerGb: Type.Record(
    Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
    Type.Number({ minimum: 0, maximum: 10 }),
    { default: {}, maxProperties: 1000 },
  ),
  /**
   * How many ms of delay one US dollar a gigabyte is worth: by how much a relay must be faster than the direct path to
   * be worth its price.
   */
  msPerUsdPerGb: Type.Number({ minimum: 0, maximum: 1e6, default: 100 }),
  /**
   * How rooms are placed that were given no mode: cost first (one host), nearest ingress, or nearest ingress with
   * relays, and moves where the room gains.
   */
  mode: Type.Enum([...roomModes], { default: 'relay' }),
  /** The same by tenant. */
  tenantModes: Type.Record(Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }), Type.Enum([...roomModes]), {
    default: {},
    maxProperties: 10_000,
  }),
  /** Absent: nodes are started and removed by hand. */
  autoscale: Type.Optional(autoscale),
  /** Whether a request may name a city in place of the client's location. Never in production. */
  developmentCities: Type.Boolean({ default: false }),
});

export type SchedulerConfig = Readonly<Static<typeof schedulerConfig>>;
