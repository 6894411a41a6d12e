import { accessSync, constants } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import {
  apiKeyFields,
  checkApiKeys,
  clearTextIssues,
  ffmpegSandbox,
  type Listener,
  listenAddress,
  listenRange,
  nodeConfig,
  nodeIssues,
  rangeIssues,
} from '@meridian/node-shell';
import { sealKeysConfig, storeConfig, storeIssues } from '@meridian/object-store';
import { recorderSlotsPerCore } from '@meridian/protocol';
import { baseConfig, type ConfigIssue, folderIssues, urlIssues } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

export const recorderConfig = Type.Object({
  ...baseConfig,
  ...nodeConfig,
  controlListen: listenAddress('Links of the api.'),
  plainListen: Type.Optional(
    listenRange(
      'UDP ports to which media nodes of other hosts send SRTP, one for each recording ([ADR 0017](adr/0017-endpoints.md)). Without it, or when all ports are in use, recordings use only media nodes of this host. `announcedAddress` must be an IP address.',
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
      description: `Participants that it records at once. Without it ${recorderSlotsPerCore} per core.`,
      examples: [240],
    }),
  ),
  watchRooms: Type.Integer({
    minimum: 0,
    maximum: 100,
    default: 8,
    description:
      'Rooms that operators may watch through it at once ([recording.md](recording.md#watched-rooms)); watched rooms use no `slots`. 0: none.',
  }),
  spoolDir: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1024,
      description:
        'Folder of recorded data that is not in the store yet ([recording.md](recording.md)). Without it `spool` in `stateDir`.',
      examples: ['/var/lib/meridian/recorder/spool'],
    }),
  ),
  ffmpegSandbox,
  composition: Type.Object(
    {
      background: Type.String({
        default: '#16181c',
        minLength: 1,
        maxLength: 1024,
        description: 'Background behind the tiles: a colour (`#rrggbb`), or the path of a PNG or JPEG.',
        examples: ['/etc/meridian/background.png'],
      }),
      browser: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 1024,
          description: 'Path of a Chromium, for recorded web pages. Without it `chromium` or `google-chrome` of PATH.',
          examples: ['/usr/bin/chromium'],
        }),
      ),
      pagesAllowed: Type.Array(Type.String(), {
        default: [],
        maxItems: 1000,
        description:
          'CIDR ranges that recorded web pages may reach, besides public addresses ([recording.md](recording.md#web-pages)).',
        examples: [['10.8.0.0/16']],
      }),
      pagesWithoutSandbox: Type.Boolean({
        default: false,
        description:
          'Records web pages even where the sandbox of Chromium cannot work, as in most containers. **Danger**: a page that takes over its browser can read all that this recorder can, including keys.',
      }),
      pageMemoryBytes: Type.Integer({
        minimum: 268_435_456,
        maximum: 68_719_476_736,
        default: 2_147_483_648,
        description: 'Memory of the browser of one web page, all its processes together. Above it the recording ends.',
      }),
      pageDiskBytes: Type.Integer({
        minimum: 67_108_864,
        maximum: 68_719_476_736,
        default: 1_073_741_824,
        description: 'Temporary files of the browser of one web page, all together. Above it the recording ends.',
      }),
    },
    {
      default: {},
      description:
        'Settings of composed recordings and recorded web pages ([recording.md](recording.md#composed-recordings)).',
    },
  ),
  store: storeConfig,
  sealKeys: sealKeysConfig,
});

export type RecorderConfig = Readonly<Static<typeof recorderConfig>>;

type Folders = Pick<RecorderConfig, 'stateDir' | 'spoolDir' | 'store'>;

export const foldersOf = ({
  stateDir,
  spoolDir,
  store,
}: Folders): { readonly spool: string; readonly files: string } => ({
  spool: spoolDir ?? join(stateDir, 'spool'),
  files: store.dir ?? join(stateDir, 'recordings'),
});

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
    ...backgroundIssues(config.composition.background),
    ...rangeIssues(config.composition.pagesAllowed, 'composition.pagesAllowed'),
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

function backgroundIssues(background: string): ConfigIssue[] {
  const isColour = /^#[0-9a-f]{6}$/i.test(background);
  if (isColour || isReadable(background)) return [];
  const allowed = 'a colour, #rrggbb, or the path of a file that can be read';
  return [{ key: 'composition.background', value: background, allowed, example: '#16181c' }];
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Spool and store must be apart, because each removes unknown files in its folder. */
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
