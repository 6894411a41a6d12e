import { baseConfig } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const secret = { minLength: 32, maxLength: 1024 };
const files = { maxItems: 8 };

/** One source of one database file; what the schema cannot say is checked at start (`checkSources`). */
const geoRefresh = Type.Object({
  /** One of `maxmindFile`, `geoCityFiles`, `geoCountryFiles`. */
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
  redisUrl: Type.Optional(Type.String({ pattern: '^rediss?://' })),
  /** DB-IP city files, any number, tried in order; omitted: the installed package's two. Empty: none. */
  geoCityFiles: Type.Optional(Type.Array(Type.String({ minLength: 1 }), files)),
  /** Country files; omitted: the installed package's two. Empty: none. */
  geoCountryFiles: Type.Optional(Type.Array(Type.String({ minLength: 1 }), files)),
  /** Whether a database file built before the one in use may take its place while the centre runs. */
  geoAllowOlder: Type.Boolean({ default: false }),
  /** Where files of the three keys around this one come from, and when. */
  geoRefresh: Type.Array(geoRefresh, { maxItems: 16, default: [] }),
  /** The operator's own MaxMind city file (GeoIP2 or GeoLite2), asked first. */
  maxmindFile: Type.Optional(Type.String({ minLength: 1 })),
  /** Of the traffic between hosts, the share that may go through relays; 1: no limit. Pairs without a direct path are relayed all the same. */
  relayBudgetShare: Type.Number({ minimum: 0, maximum: 1, default: 1 }),
  /** Whether a request may name a city in place of the client's location. Never in production. */
  developmentCities: Type.Boolean({ default: false }),
});

export type SchedulerConfig = Readonly<Static<typeof schedulerConfig>>;
