// The configuration of this service (docs/reference.md, Configuration).
import { listenAddress, nodeConfig, readTrustedProxies, trustedProxies } from '@meridian/node-shell';
import { type AddressRange, fenceOf, limits, roomKeyOf } from '@meridian/protocol';
import { baseConfig, ConfigError, type ConfigIssue } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const port = Type.Integer({ minimum: 0, maximum: 65_535 });
const name = Type.String({ minLength: 1, maxLength: 64 });

export const configSchema = Type.Object({
  ...baseConfig,
  ...nodeConfig,
  httpHost: Type.String({ minLength: 1 }),
  httpPort: port,
  /**
   * Certificate and key (PEM) of that listener: it then speaks https and wss. Both or neither; read again when they
   * change.
   */
  tlsCertFile: Type.Optional(Type.String({ minLength: 1 })),
  tlsKeyFile: Type.Optional(Type.String({ minLength: 1 })),
  /** What clients are told to connect to: ws://host:port or wss://host. */
  publicUrl: Type.String({ pattern: '^wss?://' }),
  controlListen: listenAddress,
  /** Besides those that the api knows. */
  apiKeys: Type.Array(
    Type.Object({
      key: Type.String({ minLength: 1, maxLength: 128 }),
      /** HS256 is as strong as its key: at least 256 bits of text. */
      secret: Type.String({ minLength: 32 }),
      tenant: name,
      /** Regions that media of its rooms may touch (docs/reference.md, Tokens of clients); omitted: anywhere. */
      regions: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: limits.fenceRegionsMax })),
    }),
    { maxItems: 10_000 },
  ),
  trustedProxies,
  /** Lets clients say where they are (from_city). */
  development: Type.Boolean({ default: false }),
  allowedOrigins: Type.Array(Type.String({ minLength: 1 }), { default: ['*'], minItems: 1, maxItems: 256 }),
});
export type Config = Readonly<Static<typeof configSchema>>;

/** Checks what the schema cannot say. Throws ConfigError; secrets are never part of the text. */
export function checkConfig(config: Config): { trustedProxies: AddressRange[] } {
  const issues: ConfigIssue[] = [];
  const keys = config.apiKeys.map(({ key }) => key);
  for (const [index, entry] of config.apiKeys.entries()) {
    if (keys.indexOf(entry.key) !== index)
      issues.push({ key: `apiKeys[${index}].key`, value: entry.key, allowed: 'each key once' });
    if (entry.secret.trim().length < 32)
      issues.push({
        key: `apiKeys[${index}].secret`,
        value: '(not shown)',
        allowed: 'at least 32 characters, blanks around it not counted',
      });
    if (entry.regions !== undefined && fenceOf(entry.regions) === undefined)
      issues.push({
        key: `apiKeys[${index}].regions`,
        value: entry.regions.join(','),
        allowed: 'names of letters, digits, ".", "_", "-", at most 64',
      });
    if (roomKeyOf(entry.tenant, 'room') === undefined)
      issues.push({
        key: `apiKeys[${index}].tenant`,
        value: entry.tenant,
        allowed: 'letters, digits, "_", "-", at most 64',
      });
  }
  const proxies = readTrustedProxies(config.trustedProxies, issues);
  if (issues.length > 0) throw new ConfigError(issues);
  return { trustedProxies: proxies };
}
