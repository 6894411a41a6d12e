// Configuration of a receiver. A receiver is no node of the fleet: it has a credential instead of a certificate.
import { clearTextIssues, listenAddress, metricsPort } from '@meridian/node-shell';
import { baseConfig, type ConfigIssue, folderIssues, portIssues, reachOf, urlIssues } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

export const receiverConfig = Type.Object({
  ...baseConfig,
  apiUrl: Type.String({
    pattern: '^https?://.',
    maxLength: 512,
    description: 'The REST interface, as companies reach it: `https://HOST/api`.',
    examples: ['https://meet.example.org/api'],
  }),
  credential: Type.String({
    pattern: '^mrk_[A-Za-z0-9_-]{48,112}$',
    description:
      'As `POST /v1/distribution/receivers` answered it. Best in a file of its own: `${file:/etc/meridian/receiver.credential}`.',
    examples: ['mrk_RC_receiver_REPLACE0000000000000000000000000000000000000'],
  }),
  site: Type.String({
    pattern: '^[A-Za-z0-9._-]{1,64}$',
    description: 'Receivers of one site ask each other first.',
    examples: ['school-12'],
  }),
  filesDir: Type.String({
    minLength: 1,
    maxLength: 1024,
    description:
      'Folder of files that have come, as `ITEM/NAME`; `.meridian` in it is our own. None is ever removed by us.',
    examples: ['/srv/files'],
  }),
  bytesMax: Type.Integer({
    minimum: 1_073_741_824,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 107_374_182_400,
    description:
      'What is on its way, and what is kept for neighbours. Whole files share their place with those of `filesDir`.',
  }),
  parallel: Type.Integer({
    minimum: 1,
    maximum: 32,
    default: 4,
    description: 'Files that come at once. An urgent one does not wait for them.',
  }),
  serveListen: Type.Optional(listenAddress('HTTP for neighbours, with `serveUrl`; without them none is given a file.')),
  serveUrl: Type.Optional(
    Type.String({
      pattern: '^https?://[^/]+$',
      maxLength: 256,
      description:
        'As neighbours reach `serveListen`: `http://HOST:PORT` in a private network, `https://HOST` with a proxy that ends TLS elsewhere.',
      examples: ['http://10.12.0.5:7897'],
    }),
  ),
  notifyUrl: Type.Optional(
    Type.String({
      pattern: '^https?://.',
      maxLength: 2048,
      description:
        'A system of the site that hears of each file by POST ([distribution.md](distribution.md#files-at-the-site)).',
      examples: ['http://10.12.0.9/files'],
    }),
  ),
});

export type ReceiverConfig = Readonly<Static<typeof receiverConfig>>;

/** Checks rules that the schema cannot express, and looks at both folders. */
export function checkConfig(config: ReceiverConfig): ConfigIssue[] {
  const { apiUrl, notifyUrl, serveListen } = config;
  const uses = serveListen === undefined ? [] : [portUse(serveListen)];
  return [
    ...folderIssues('stateDir', config.stateDir),
    ...folderIssues('filesDir', config.filesDir),
    ...urlIssues('apiUrl', apiUrl, { path: true, example: 'https://meet.example.org/api' }),
    ...clearTextIssues('apiUrl', apiUrl, 'https://'),
    ...(notifyUrl === undefined
      ? []
      : urlIssues('notifyUrl', notifyUrl, { path: true, example: 'http://10.12.0.9/files' })),
    ...serveIssues(config),
    ...portIssues([...uses, metricsPort(config)]),
  ];
}

const portUse = ({ ip, port }: { readonly ip: string; readonly port: number }) =>
  ({ key: 'serveListen.port', ip, protocol: 'tcp', portMin: port, portMax: port }) as const;

/** Requires both or neither; plain http only for a private network, because contents and passes travel unencrypted. */
function serveIssues({ serveListen, serveUrl }: ReceiverConfig): ConfigIssue[] {
  const example = 'http://10.12.0.5:7897';
  if ((serveListen === undefined) !== (serveUrl === undefined)) {
    const allowed = 'together with serveListen, or neither';
    return [{ key: 'serveUrl', value: serveUrl, allowed, ...(serveUrl === undefined ? { example } : {}) }];
  }
  if (serveUrl === undefined) return [];
  const issues = urlIssues('serveUrl', serveUrl, { example });
  if (issues.length > 0 || serveUrl.startsWith('https:') || reachOf(new URL(serveUrl).hostname) !== 'everywhere')
    return issues;
  const allowed = 'https:// or an IP address of a private network: files and their passes travel in the clear';
  return [{ key: 'serveUrl', value: serveUrl, allowed, example: serveUrl.replace('http:', 'https:'), isWarning: true }];
}
