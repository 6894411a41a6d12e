// Configuration keys that every node has (docs/reference.md, Configuration); each kind spreads them into its own
// schema, beside `baseConfig`.
import { type AddressRange, fenceOf, limits, parseRange, roomKeyOf } from '@meridian/protocol';
import type { ConfigIssue } from '@meridian/runtime';
import { type Static, type TObject, Type } from 'typebox';

const name = Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' });
const centres = Type.String({ pattern: '^wss://[^,]+(,wss://[^,]+)*$' });
const ip = Type.String({ minLength: 2, maxLength: 64 });

/** Where a node listens, and under which address others reach it, when that is another. Port 0: any free one. */
export const listenAddress = Type.Object({
  ip,
  announcedAddress: Type.Optional(ip),
  port: Type.Integer({ minimum: 0, maximum: 65_535 }),
});
export type ListenAddress = Readonly<Static<typeof listenAddress>>;

/** Addresses and ranges whose x-forwarded-for is believed. */
export const trustedProxies = Type.Array(Type.String(), { default: [], maxItems: 256 });

/** The ranges of `trustedProxies`; what is none is added to the issues. */
export function readTrustedProxies(texts: readonly string[], issues: ConfigIssue[]): AddressRange[] {
  return texts.flatMap((text, index) => {
    const range = parseRange(text);
    if (range === undefined) {
      const allowed = 'an IPv4 or IPv6 address, or a range in CIDR form';
      issues.push({ key: `trustedProxies[${index}]`, value: text, allowed });
    }
    return range ?? [];
  });
}

/** An API key of the configuration, as signaling nodes and gateways have them besides those that the api knows. */
export const apiKeyFields = {
  key: Type.String({ minLength: 1, maxLength: limits.revocableIdMax }),
  /** HS256 is as strong as its key: at least 256 bits of text. */
  secret: Type.String({ minLength: 32 }),
  tenant: Type.String({ minLength: 1, maxLength: 64 }),
  /** Regions that media of its rooms may touch (docs/reference.md, Tokens of clients); omitted: anywhere. */
  regions: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: limits.fenceRegionsMax })),
};

/** Checks what the schema cannot say of `apiKeys`; secrets are never part of the text. */
export function checkApiKeys(apiKeys: readonly Static<TObject<typeof apiKeyFields>>[], issues: ConfigIssue[]): void {
  const keys = apiKeys.map(({ key }) => key);
  for (const [index, { key, secret, tenant, regions }] of apiKeys.entries()) {
    const refuse = (field: string, value: string, allowed: string) =>
      issues.push({ key: `apiKeys[${index}].${field}`, value, allowed });
    if (keys.indexOf(key) !== index) refuse('key', key, 'each key once');
    if (secret.trim().length < 32)
      refuse('secret', '(not shown)', 'at least 32 characters, blanks around it not counted');
    if (regions !== undefined && fenceOf(regions) === undefined)
      refuse('regions', regions.join(','), 'names of letters, digits, ".", "_", "-", at most 64');
    if (roomKeyOf(tenant, 'room') === undefined) refuse('tenant', tenant, 'letters, digits, "_", "-", at most 64');
  }
}

/** A node's identity, where it stands, and its way to the centre. */
export const nodeConfig = {
  id: name,
  region: name,
  city: Type.String({ minLength: 1, maxLength: 64 }),
  latitude: Type.Number({ minimum: -90, maximum: 90 }),
  longitude: Type.Number({ minimum: -180, maximum: 180 }),
  /** The machine: nodes of one machine share it. */
  hostId: name,
  /** wss://host:port of the scheduling centre's links; of several with commas between. */
  centreUrl: centres,
  /** Of the instances that place for this region; omitted: it has none. */
  regionCentreUrl: Type.Optional(centres),
  /** https://host:port where the enrolment token is redeemed; normally the same port. */
  enrolUrl: Type.String({ pattern: '^https://' }),
  /** Needed until stateDir/credentials.json exists, and again when the certificate was left to expire. */
  enrolmentToken: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
};
export type NodeConfig = Readonly<Static<TObject<typeof nodeConfig>>>;
