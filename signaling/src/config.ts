// The configuration of this service (docs/reference.md, Configuration).
import {
  apiKeyFields,
  checkApiKeys,
  listenAddress,
  nodeConfig,
  readTrustedProxies,
  trustedProxies,
} from '@meridian/node-shell';
import type { AddressRange } from '@meridian/protocol';
import { baseConfig, ConfigError, type ConfigIssue } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const port = Type.Integer({ minimum: 0, maximum: 65_535 });

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
  /** The address that clients are given to connect to: ws://host:port or wss://host. */
  publicUrl: Type.String({ pattern: '^wss?://' }),
  controlListen: listenAddress,
  /** Besides those that the api knows. */
  apiKeys: Type.Array(Type.Object(apiKeyFields), { maxItems: 10_000 }),
  trustedProxies,
  /** Lets clients say where they are (from_city). */
  development: Type.Boolean({ default: false }),
  allowedOrigins: Type.Array(Type.String({ minLength: 1 }), { default: ['*'], minItems: 1, maxItems: 256 }),
});
export type Config = Readonly<Static<typeof configSchema>>;

/** Checks what the schema cannot say. Throws ConfigError; secrets are never part of the text. */
export function checkConfig(config: Config): { trustedProxies: AddressRange[] } {
  const issues: ConfigIssue[] = [];
  checkApiKeys(config.apiKeys, issues);
  const proxies = readTrustedProxies(config.trustedProxies, issues);
  if (issues.length > 0) throw new ConfigError(issues);
  return { trustedProxies: proxies };
}
