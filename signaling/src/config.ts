// Configuration of a signaling node.
import {
  apiKeyFields,
  checkApiKeys,
  clearTextIssues,
  developmentIssues,
  listenAddress,
  nodeConfig,
  nodeIssues,
  proxyIssues,
  tlsFiles,
  trustedProxies,
  turnConfig,
  turnIssues,
} from '@meridian/node-shell';
import { baseConfig, type ConfigIssue, issuesOf, systemClock, TlsFiles, urlIssues } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

export const configSchema = Type.Object({
  ...baseConfig,
  ...nodeConfig,
  httpHost: Type.String({
    minLength: 1,
    description: "Local address of the clients' listener.",
    examples: ['127.0.0.1'],
  }),
  httpPort: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    description: "Port of the clients' listener; 0: any free one.",
    examples: [7880],
  }),
  ...tlsFiles('that listener, which then speaks https and wss'),
  publicUrl: Type.String({
    pattern: '^wss?://',
    description: 'The address that clients are given to connect to: `ws://HOST:PORT` or `wss://HOST`.',
    examples: ['wss://meet.example.org'],
  }),
  controlListen: listenAddress('Where links of other nodes arrive.'),
  apiKeys: Type.Array(Type.Object(apiKeyFields), {
    maxItems: 10_000,
    description:
      'API keys besides those that the node asks the api for and keeps in its state folder (`api-keys.sealed`, with `revocations.sealed` and their key `sealing.key`).',
  }),
  trustedProxies,
  turn: turnConfig,
  checksMax: Type.Integer({
    minimum: 1,
    maximum: 10_000,
    default: 40,
    description:
      'Connection checks at once at this node, of up to four sessions each; one more is refused with `OVERLOADED` ([connection-check.md](design/connection-check.md)).',
  }),
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

/** Checks rules beyond the schema; reads `stateDir` and the certificate's files. */
export function checkConfig(config: Config): ConfigIssue[] {
  const { apiKeys, publicUrl, httpHost: ip, httpPort: port } = config;
  const listeners = [
    { key: 'httpPort', protocols: ['tcp'], listen: { ip, port } },
    { key: 'controlListen', protocols: ['tcp'], listen: config.controlListen, isAnnounced: true },
  ] as const;
  const issues = nodeIssues(config, listeners);
  checkApiKeys(apiKeys, issues);
  return [
    ...issues,
    ...proxyIssues(config.trustedProxies),
    ...turnIssues(config.turn),
    ...urlIssues('publicUrl', publicUrl, { path: true, example: 'wss://meet.example.org' }),
    ...clearTextIssues('publicUrl', publicUrl, 'wss://'),
    ...developmentIssues('development', config.development, hostOf(publicUrl)),
    ...issuesOf(() => TlsFiles.load(config, systemClock())),
  ];
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');
