// The configuration of a signaling node.
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

export const configSchema = Type.Object({
  ...baseConfig,
  ...nodeConfig,
  httpHost: Type.String({ minLength: 1, description: "Local address of the clients' listener." }),
  httpPort: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    description: "Port of the clients' listener; 0: any free one.",
  }),
  tlsCertFile: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Certificate (PEM) of that listener, which then speaks https and wss: with `tlsKeyFile` or not at all. Both files are read again when they change.',
    }),
  ),
  tlsKeyFile: Type.Optional(Type.String({ minLength: 1, description: 'Key (PEM) of `tlsCertFile`.' })),
  publicUrl: Type.String({
    pattern: '^wss?://',
    description: 'The address that clients are given to connect to: `ws://HOST:PORT` or `wss://HOST`.',
  }),
  controlListen: listenAddress('Where links of other nodes arrive.'),
  apiKeys: Type.Array(Type.Object(apiKeyFields), {
    maxItems: 10_000,
    description:
      'API keys besides those that the node asks the api for and keeps in its state folder (`api-keys.sealed`, with `revocations.sealed` and their key `sealing.key`).',
  }),
  trustedProxies,
  development: Type.Boolean({
    default: false,
    description: 'Clients may pretend to be in a city. Never in production.',
  }),
  allowedOrigins: Type.Array(Type.String({ minLength: 1 }), {
    default: ['*'],
    minItems: 1,
    maxItems: 256,
    description: 'Origins of pages that may connect; `*`: all.',
  }),
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
