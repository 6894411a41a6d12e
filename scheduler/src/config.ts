import { baseConfig } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const secret = { minLength: 32, maxLength: 1024 };
const files = { maxItems: 8 };

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
  /** The operator's own MaxMind city file (GeoIP2 or GeoLite2), asked first. */
  maxmindFile: Type.Optional(Type.String({ minLength: 1 })),
  /** Whether a request may name a city in place of the client's location. Never in production. */
  developmentCities: Type.Boolean({ default: false }),
});

export type SchedulerConfig = Readonly<Static<typeof schedulerConfig>>;
