// The configuration of a recorder.
import { join, relative, resolve } from 'node:path';
import {
  apiKeyFields,
  checkApiKeys,
  clearTextIssues,
  type Listener,
  listenAddress,
  listenRange,
  nodeConfig,
  nodeIssues,
} from '@meridian/node-shell';
import { baseConfig, type ConfigIssue, folderIssues, urlIssues } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { sealKeysConfig, storeConfig, storeIssues } from './stores/store-config.ts';

/** Participants that one core is planned to record, as media is copied and not transcoded; no benchmark says it yet. */
export const SLOTS_PER_CORE = 60;

export const recorderConfig = Type.Object({
  ...baseConfig,
  ...nodeConfig,
  controlListen: listenAddress('Links of the api.'),
  plainListen: Type.Optional(
    listenRange(
      'Where media nodes of other hosts send, with SRTP, a UDP port for each recording ([ADR 0017](adr/0017-endpoints.md)). Without it, or when it is used up, recordings are of media nodes of this host alone. `announcedAddress` must be an IP address.',
    ),
  ),
  apiKeys: Type.Array(Type.Object(apiKeyFields), {
    default: [],
    maxItems: 10_000,
    description: 'API keys besides those that the api knows: recordings of their tenants can be made.',
  }),
  slots: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100_000,
      description: `Participants that it records at once. Without it ${SLOTS_PER_CORE} per core.`,
      examples: [240],
    }),
  ),
  spoolDir: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1024,
      description:
        'Folder of what is recorded and not in the store yet ([recording.md](recording.md)). Without it `spool` in `stateDir`.',
      examples: ['/var/lib/meridian/recorder/spool'],
    }),
  ),
  store: storeConfig,
  sealKeys: sealKeysConfig,
});

export type RecorderConfig = Readonly<Static<typeof recorderConfig>>;

type Folders = Pick<RecorderConfig, 'stateDir' | 'spoolDir' | 'store'>;

/** Folders of what is not in the store yet, and of the store. */
export const foldersOf = ({
  stateDir,
  spoolDir,
  store,
}: Folders): { readonly spool: string; readonly files: string } => ({
  spool: spoolDir ?? join(stateDir, 'spool'),
  files: store.dir ?? join(stateDir, 'recordings'),
});

/** What the schema cannot say; `stateDir` and the folders of recordings are looked at. */
export function checkConfig(config: RecorderConfig): ConfigIssue[] {
  const issues = nodeIssues(config, listenersOf(config));
  checkApiKeys(config.apiKeys, issues);
  const folders = foldersOf(config);
  const state = folderIssues('stateDir', config.stateDir).length > 0;
  return [
    ...issues,
    ...(state && config.spoolDir === undefined ? [] : folderIssues('spoolDir', folders.spool)),
    ...storeIssues('store', config.store),
    ...sealIssues(config),
    ...(config.store.kind === 's3' ? s3Issues(config.store) : filesIssues(config, state)),
  ];
}

function filesIssues(config: RecorderConfig, hasNoState: boolean): ConfigIssue[] {
  const folders = foldersOf(config);
  const isUnknown = hasNoState && config.store.dir === undefined;
  return [...(isUnknown ? [] : folderIssues('store.dir', folders.files)), ...apartIssues(folders)];
}

const s3Issues = ({ endpoint }: RecorderConfig['store']): ConfigIssue[] =>
  endpoint === undefined
    ? []
    : [
        ...urlIssues('store.endpoint', endpoint, { example: 'https://s3.example.org' }),
        ...clearTextIssues('store.endpoint', endpoint, 'https://'),
      ];

function sealIssues({ sealKeys }: RecorderConfig): ConfigIssue[] {
  const ids = sealKeys.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) < at);
  return twice === undefined ? [] : [{ key: 'sealKeys', value: twice, allowed: 'each id once' }];
}

/** Each removes what it does not know in its own folder. */
function apartIssues({ spool, files }: ReturnType<typeof foldersOf>): ConfigIssue[] {
  if (!isInside(spool, files) && !isInside(files, spool)) return [];
  const allowed = `a folder apart from spoolDir (${spool}): neither is inside the other`;
  return [{ key: 'store.dir', value: files, allowed, example: '/srv/recordings' }];
}

function isInside(inner: string, outer: string): boolean {
  const path = relative(resolve(outer), resolve(inner));
  return path !== '..' && !path.startsWith('../');
}

function listenersOf({ controlListen, plainListen }: RecorderConfig): Listener[] {
  const listeners: Listener[] = [
    { key: 'controlListen', protocols: ['tcp'], listen: controlListen, isAnnounced: true },
  ];
  if (plainListen !== undefined)
    listeners.push({
      key: 'plainListen',
      protocols: ['udp'],
      listen: plainListen,
      isAnnounced: true,
      needsIp: true,
    });
  return listeners;
}
