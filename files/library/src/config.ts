import { join, relative, resolve } from 'node:path';
import { channelIssues, channelsConfig } from '@meridian/distribution/streams';
import {
  apiKeyFields,
  checkApiKeys,
  clearTextIssues,
  edgeIssues,
  edgesConfig,
  ffmpegSandbox,
  type Listener,
  listenAddress,
  nodeConfig,
  nodeIssues,
  proxyIssues,
  rangeIssues,
  tlsFiles,
  trustedProxies,
} from '@meridian/node-shell';
import { sealKeysConfig, storeConfig, storeIssues } from '@meridian/object-store';
import { libraryKinds } from '@meridian/protocol';
import {
  baseConfig,
  type ConfigIssue,
  folderIssues,
  issuesOf,
  systemClock,
  TlsFiles,
  urlIssues,
} from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { renditionsConfig } from './renditions/settings.ts';

export const libraryConfig = Type.Object({
  ...baseConfig,
  ...nodeConfig,
  controlListen: listenAddress('Links of the api.'),
  httpListen: listenAddress('HTTP, with `publicUrl`: uploads, and files of items for those with a link.'),
  httpTls: Type.Boolean({
    default: false,
    description: '`httpListen` speaks https, with `tlsCertFile`. Without it a proxy in front ends TLS.',
  }),
  publicUrl: Type.String({
    pattern: '^https?://[^/]+$',
    maxLength: 256,
    description:
      'As clients reach `httpListen`: `https://HOST`; a proxy there passes `/library/` on, bodies unbuffered.',
    examples: ['https://meet.example.org'],
  }),
  ...tlsFiles('`httpListen` with `httpTls`'),
  trustedProxies,
  filesByProxy: Type.Boolean({
    default: false,
    description:
      'Proxies of `trustedProxies` may send files of a store of kind `files` themselves, as the nginx of `meridian node init` does ([library.md](library.md#files-by-nginx)).',
  }),
  apiKeys: Type.Array(Type.Object(apiKeyFields), {
    default: [],
    maxItems: 10_000,
    description: 'API keys in addition to those of the api.',
  }),
  spoolDir: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1024,
      description:
        'Folder of uploads that are not in the store yet ([library.md](library.md)). On the disk of `store.dir`, files go into the store without a copy. Without it `spool` in `stateDir`.',
      examples: ['/var/lib/meridian/library/spool'],
    }),
  ),
  spoolFreeBytes: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 1_073_741_824,
    description: 'Bytes that stay free on the disk of the spool: a node with less accepts no new upload.',
  }),
  kinds: Type.Array(Type.Union(libraryKinds.map((kind) => Type.Literal(kind))), {
    uniqueItems: true,
    minItems: 1,
    maxItems: libraryKinds.length,
    default: [...libraryKinds],
    description: 'Kinds of files that the node accepts; the content of a file decides its kind.',
  }),
  scan: Type.Optional(
    Type.Object(
      {
        url: Type.String({
          pattern: '^https?://.',
          maxLength: 2048,
          description: 'URL to which each file is sent for a check ([library.md](library.md#malware)).',
          examples: ['https://scan.example.org/files'],
        }),
        token: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 1024,
            description: 'Sent as `Authorization: Bearer`.',
            examples: ['TOKEN'],
          }),
        ),
        limitMs: Type.Integer({
          minimum: 1000,
          maximum: 3_600_000,
          default: 600_000,
          description: 'After this time without an answer, the file is sent again.',
        }),
      },
      { description: 'A scanner for malware. Without it files are not scanned.' },
    ),
  ),
  ffmpegSandbox,
  edges: edgesConfig,
  distribution: channelsConfig,
  distributionDir: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1024,
      description:
        'Folder of files on their way to receivers ([distribution.md](distribution.md)); without it `distribution` in `stateDir`.',
      examples: ['/var/lib/meridian/library/distribution'],
    }),
  ),
  distributionBytesMax: Type.Integer({
    minimum: 1_073_741_824,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 107_374_182_400,
    description: 'Most bytes in `distributionDir`: beyond them, the least recently used files are removed.',
  }),
  distributionTargets: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
    maxItems: 64,
    default: [],
    description:
      'Ranges of private addresses (CIDR) to which files may be pushed, and that may be called, for receivers of kinds `s3`, `sftp` and `pull`; others of the inside are refused.',
    examples: [['10.1.0.0/16']],
  }),
  renditions: renditionsConfig,
  store: storeConfig,
  sealKeys: sealKeysConfig,
});

export type LibraryConfig = Readonly<Static<typeof libraryConfig>>;

type Folders = Pick<LibraryConfig, 'stateDir' | 'spoolDir' | 'store' | 'distributionDir'>;

/** Returns the folders of unfinished uploads, of rendition sources and of the store. */
export function foldersOf({ stateDir, spoolDir, store, distributionDir }: Folders): {
  readonly spool: string;
  readonly sources: string;
  readonly trims: string;
  readonly files: string;
  readonly distribution: string;
} {
  const spool = spoolDir ?? join(stateDir, 'spool');
  // Sources and trims lie beside `uploads`: the spool belongs to this node alone and its disk has room.
  return {
    spool,
    sources: join(spool, 'sources'),
    trims: join(spool, 'trims'),
    files: store.dir ?? join(stateDir, 'files'),
    distribution: distributionDir ?? join(stateDir, 'distribution'),
  };
}

/** Checks rules that the schema cannot express; looks at `stateDir` and the folders on disk. */
export function checkConfig(config: LibraryConfig): ConfigIssue[] {
  const issues = nodeIssues(config, listenersOf(config));
  checkApiKeys(config.apiKeys, issues);
  const folders = foldersOf(config);
  const state = folderIssues('stateDir', config.stateDir);
  return [
    ...issues,
    ...(state.length > 0 && config.spoolDir === undefined ? [] : folderIssues('spoolDir', folders.spool)),
    ...storeIssues('store', config.store),
    ...sealIssues(config),
    ...proxyIssues(config.trustedProxies),
    ...edgeIssues(config.edges),
    ...channelIssues(config.distribution),
    ...rangeIssues(config.distributionTargets, 'distributionTargets'),
    ...httpIssues(config),
    ...(config.scan === undefined
      ? []
      : [
          ...urlIssues('scan.url', config.scan.url, { path: true, example: 'https://scan.example.org/files' }),
          ...clearTextIssues('scan.url', config.scan.url, 'https://'),
        ]),
    ...(config.store.kind === 's3' ? [] : apartIssues(folders)),
    ...threadIssues(config.renditions),
  ];
}

function httpIssues(config: LibraryConfig): ConfigIssue[] {
  const { httpTls, publicUrl, tlsCertFile } = config;
  if (httpTls !== (tlsCertFile !== undefined))
    return [{ key: 'httpTls', value: httpTls, allowed: 'true together with tlsCertFile, or neither', example: true }];
  if (httpTls && publicUrl.startsWith('http:')) {
    const allowed = 'an address that begins with https://, as httpListen speaks TLS';
    return [{ key: 'publicUrl', value: publicUrl, allowed, example: publicUrl.replace('http:', 'https:') }];
  }
  return [
    ...issuesOf(() => TlsFiles.load(config, systemClock())),
    ...urlIssues('publicUrl', publicUrl, { example: 'https://meet.example.org' }),
    ...(httpTls ? [] : clearTextIssues('publicUrl', publicUrl, 'https://')),
  ];
}

function sealIssues({ sealKeys }: LibraryConfig): ConfigIssue[] {
  const ids = sealKeys.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) < at);
  return twice === undefined ? [] : [{ key: 'sealKeys', value: twice, allowed: 'each id once' }];
}

/** A task with more threads than cores would take cores beyond the configured share. */
const threadIssues = ({ cores, threads }: LibraryConfig['renditions']): ConfigIssue[] =>
  cores === 0 || threads <= cores
    ? []
    : [{ key: 'renditions.threads', value: threads, allowed: `at most renditions.cores (${cores})`, example: cores }];

/** Store and spool each remove unknown files of their own folder, so neither may contain the other. */
function apartIssues({ spool, files }: ReturnType<typeof foldersOf>): ConfigIssue[] {
  if (!isInside(spool, files) && !isInside(files, spool)) return [];
  const allowed = `a folder apart from spoolDir (${spool}): neither is inside the other`;
  return [{ key: 'store.dir', value: files, allowed, example: '/srv/library' }];
}

function isInside(inner: string, outer: string): boolean {
  const path = relative(resolve(outer), resolve(inner));
  return path !== '..' && !path.startsWith('../');
}

const listenersOf = ({ controlListen, httpListen }: LibraryConfig): Listener[] => [
  { key: 'controlListen', protocols: ['tcp'], listen: controlListen, isAnnounced: true },
  { key: 'httpListen', protocols: ['tcp'], listen: httpListen },
];
