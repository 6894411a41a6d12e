// Configuration of a receiver. A receiver is no node of the fleet: it has a credential instead of a certificate.
import { clearTextIssues, listenAddress, metricsPort } from '@meridian/node-shell';
import { baseConfig, type ConfigIssue, folderIssues, portIssues, reachOf, urlIssues } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

export const receiverConfig = Type.Object({
  ...baseConfig,
  apiUrl: Type.String({
    pattern: '^https?://.',
    maxLength: 512,
    description: 'URL of the REST interface: `https://HOST/api`.',
    examples: ['https://meet.example.org/api'],
  }),
  credential: Type.String({
    pattern: '^mrk_[A-Za-z0-9_-]{48,112}$',
    description:
      'Credential in the answer of `POST /v1/distribution/receivers`, best in a file of its own: `${file:/etc/meridian/receiver.credential}`.',
    examples: ['mrk_RC_receiver_REPLACE0000000000000000000000000000000000000'],
  }),
  site: Type.String({
    pattern: '^[A-Za-z0-9._-]{1,64}$',
    description: 'Name of the site. Receivers of a site fetch files from each other first.',
    examples: ['school-12'],
  }),
  filesDir: Type.String({
    minLength: 1,
    maxLength: 1024,
    description:
      'Folder of received files, as `ITEM/NAME`, which the receiver never deletes; it keeps data of its own in `.meridian`.',
    examples: ['/srv/files'],
  }),
  bytesMax: Type.Integer({
    minimum: 1_073_741_824,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 107_374_182_400,
    description:
      'Most bytes of files in transfer and kept for neighbours. Complete files share their disk space with those of `filesDir`.',
  }),
  parallel: Type.Integer({
    minimum: 1,
    maximum: 32,
    default: 4,
    description: 'Files that are fetched at the same time. An urgent file does not wait for others.',
  }),
  serveListen: Type.Optional(listenAddress('HTTP for neighbours, with `serveUrl`; without both, they get no files.')),
  serveUrl: Type.Optional(
    Type.String({
      pattern: '^https?://[^/]+$',
      maxLength: 256,
      description:
        'URL of `serveListen` for neighbours: `http://HOST:PORT` in a private network, `https://HOST` with a proxy that ends TLS elsewhere.',
      examples: ['http://10.12.0.5:7897'],
    }),
  ),
  notifyUrl: Type.Optional(
    Type.String({
      pattern: '^https?://.',
      maxLength: 2048,
      description:
        'URL of a system of the site, which gets a POST for each file ([distribution.md](distribution.md#files-at-the-site)).',
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
