import { baseConfig } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const name = { pattern: '^[A-Za-z0-9._-]{1,64}$' };

/** Configuration of an edge probe; every key is described in docs/reference.md. */
export const probeConfig = Type.Object({
  ...baseConfig,
  id: Type.String(name),
  region: Type.String(name),
  city: Type.String({ maxLength: 64, default: '' }),
  latitude: Type.Number({ minimum: -90, maximum: 90 }),
  longitude: Type.Number({ minimum: -180, maximum: 180 }),
  hostId: Type.String(name),
  centreUrl: Type.String({ pattern: '^wss://[^,]+(,wss://[^,]+)*$' }),
  enrolUrl: Type.String({ pattern: '^https://' }),
  /** Needed until `stateDir/credentials.json` exists. */
  enrolmentToken: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
  probeListen: Type.Object(
    {
      ip: Type.String({ minLength: 1 }),
      announcedAddress: Type.Optional(Type.String({ minLength: 1 })),
      port: Type.Integer({ minimum: 0, maximum: 65_535 }),
    },
    { additionalProperties: false },
  ),
  /** Datagrams on the same port number; false where UDP between hosts is blocked: then links measure, less well. */
  probeUdp: Type.Boolean({ default: true }),
});

export type ProbeConfig = Readonly<Static<typeof probeConfig>>;
