// Checks the paths, configurations and routes that pages and comments name, so that moved files and changed routes are
// found.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { limits } from '@meridian/protocol';
import { environmentName } from '@meridian/runtime';
import { describe, expect, it, test } from 'vitest';
import { probeConfig } from '../../../edge-probe/src/config.ts';
import { libraryConfig } from '../../../files/library/src/config.ts';
import { receiverConfig } from '../../../files/receiver/src/config.ts';
import { shellEnv } from '../../../infra/local/shell-env.ts';
import { topology } from '../../../infra/local/topology.ts';
import { mediaPorts, ports } from '../../../infra/ops/src/core/host.ts';
import { gatewayConfig } from '../../../media/gateway/src/config.ts';
import { recorderConfig } from '../../../media/recorder/src/config.ts';
import { apiConfig } from '../../../product/api/src/config.ts';
import { webConfig } from '../../../product/web/server/config.ts';
import { schedulerConfig } from '../../../scheduler/src/config.ts';
import { sfuConfig } from '../../../sfu/src/config.ts';
import { configSchema } from '../../../signaling/src/config.ts';

const repository = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const codeOf = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '');

const workspaces = (JSON.parse(read('package.json')) as { workspaces: string[] }).workspaces;
const roots = [...workspaces, 'docs', '.ci'].map((name) => name.replace('.', '\\.')).join('|');
const fullPath = new RegExp(`^(?:${roots})/[\\w./*-]*$`);
const bareName = /^[\w-]+\.(?:ts|tsx|mjs|json|proto)$/;

/**
 * Returns the paths that a page names: whole ones, and in a table row or list item bare file names, which are beside
 * the last whole path of the row or item.
 */
function pathsOf(page: string): string[] {
  return page
    .replace(/\n +(?=\S)/g, ' ')
    .split('\n')
    .flatMap((line) => {
      let folder = '';
      return codeOf(line).flatMap((code) => {
        if (fullPath.test(code)) {
          folder = code.endsWith('/') ? code.slice(0, -1) : dirname(code);
          return [code];
        }
        return bareName.test(code) && folder !== '' && /^(?:\||- |\d+\. )/.test(line) ? [`${folder}/${code}`] : [];
      });
    });
}

function isThere(path: string): boolean {
  if (!path.includes('*')) return existsSync(join(repository, path));
  const folder = join(repository, dirname(path));
  const name = new RegExp(`^${(path.split('/').at(-1) ?? '').replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  return existsSync(folder) && readdirSync(folder).some((one) => name.test(one));
}

/**
 * Returns the files below a folder of the repository, except installed and built ones; works without git, since a clone
 * may be an unpacked archive.
 */
function filesOf(folder: string): string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist') return [];
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesOf(path) : [path];
  });
}

describe('the paths in', () => {
  const pages = [...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'product/cli/README.md'], ...filesOf('docs')];
  test.each(pages.filter((page) => page.endsWith('.md')))('%s lead to files', (page) => {
    const built = /^sdk-web\/dist\//;
    expect(pathsOf(read(page)).filter((path) => !built.test(path) && !isThere(path))).toEqual([]);
  });

  it('docs/design/gateway.md lead to files, short ones below the source of the gateway', () => {
    const page = read('docs/design/gateway.md');
    const folders = new Set(readdirSync(join(repository, 'media/gateway/src')));
    const shortPaths = codeOf(page).filter(
      (code) => /^[\w/-]+\.ts$/.test(code) && folders.has(code.split('/')[0] ?? ''),
    );
    expect(shortPaths.length).toBeGreaterThan(10);
    const paths = [...pathsOf(page), ...shortPaths.map((path) => `media/gateway/src/${path}`)];
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });

  it('the map of the code are many', () => {
    expect(pathsOf(read('docs/README.md')).length).toBeGreaterThan(50);
  });
});

it('docs/README.md lists every decision by its title', () => {
  const listed = [...read('docs/README.md').matchAll(/^- \[(\d{4})\]\(adr\/(\S+)\): (.+)$/gm)];
  const decisions = readdirSync(join(repository, 'docs/adr')).map((file) => {
    const [, number, title] = /^# (\d{4}) (.+)/.exec(read(`docs/adr/${file}`)) ?? [];
    return [number, file, title];
  });
  expect(listed.map(([, ...row]) => row)).toEqual(decisions.toSorted());
});

describe('the commands for a shell in', () => {
  const pages = ['README.md', 'examples/oa/README.md', ...filesOf('docs')].filter(
    (page) => page.endsWith('.md') && !page.startsWith('docs/deploy'),
  );
  const commandsOf = (page: string): string =>
    [...read(page).matchAll(/```sh[^\n]*\n([\s\S]*?)```/g)].map(([, commands]) => commands).join('\n');
  const secrets = { clusterToken: 't', clusterSecret: 't', sealSecret: 't' };
  const key = { key: 'k', secret: 's' };
  const start = { portOffset: 0, stateDir: '/', pageDir: '/', workerBin: '', logLevel: 'info', nodesPerRegion: 1 };
  const specs = topology(start, { ...secrets, devKey: key, operatorKey: key });
  const env = shellEnv(specs, { ...secrets, devKey: key, operatorKey: key });
  const variables = [...env.matchAll(/export (\w+)=/g)].map(([, name = '']) => name);
  const ports = specs.flatMap(({ endpoints }) => endpoints.map(({ port }) => String(port)));

  test.each(pages)('%s name no port of npm start and read its values from .meridian/env', (page) => {
    const commands = commandsOf(page);
    const named = [...commands.matchAll(/127\.0\.\d\.\d+:(\d+)/g)].map(([, port = '']) => port);
    expect(named.filter((port) => ports.includes(port))).toEqual([]);
    expect(commands).not.toContain('secrets.json');
    const used = [...commands.matchAll(/\$\{?(MERIDIAN_\w+)/g)].map(([, name = '']) => name);
    expect(used.filter((name) => !variables.includes(name))).toEqual([]);
    if (used.length > 0) expect(commands).toContain('. .meridian/env');
  });

  it('docs/integrate.md can be pasted into an interactive bash, which uses ! for its history', () => {
    expect(commandsOf('docs/integrate.md')).not.toContain('!');
  });

  it('.meridian/env sets nothing that a service would read as its configuration', () => {
    const schemas = [
      schedulerConfig,
      configSchema,
      apiConfig,
      webConfig,
      sfuConfig,
      probeConfig,
      gatewayConfig,
      recorderConfig,
      libraryConfig,
      receiverConfig,
    ];
    const keys = schemas.flatMap((schema) => Object.keys((schema as { properties: object }).properties));
    expect(keys.length).toBeGreaterThan(100);
    expect(keys.map(environmentName).filter((name) => variables.includes(name))).toEqual([]);
  });
});

describe('the files that comments name', () => {
  const files = [
    ...readdirSync(repository).filter((name) => name.endsWith('.md')),
    ...[...workspaces, 'docs'].flatMap(filesOf),
  ];
  /** Comments may leave out leading folders, so every end of a path is a name of its file. */
  const names = new Set(files.flatMap((path) => path.split('/').map((_, at, parts) => parts.slice(at).join('/'))));
  const comment = /(?:^|\s)(?:\/\/|\/?\*+)(.*)$/;
  const fileName = /(?<![\w./@:,-])[\w-]+(?:\/[\w.-]+)*\.(?:tsx?|mjs|proto|md|[ch])\b(?!\/)/g;
  const namedFiles = files
    .filter((path) => /\.(?:tsx?|mjs|proto|[ch])$/.test(path) && !path.startsWith('base/protocol/src/generated/'))
    .flatMap((path) =>
      read(path)
        .split('\n')
        .flatMap((line, index) =>
          [...(comment.exec(line)?.[1] ?? '').matchAll(fileName)].map(([name]) => ({
            at: `${path}:${index + 1}`,
            name,
          })),
        ),
    );

  it('exist', () => {
    expect(namedFiles.filter(({ name }) => !names.has(name))).toEqual([]);
  });

  it('are many', () => {
    expect(namedFiles.length).toBeGreaterThan(30);
  });
});

it('the docs name the data limits of the code', () => {
  const data = /^\| data \|.*$/m.exec(read('docs/livekit.md'))?.[0];
  const inBytes = (bytes: number): string => `${bytes.toLocaleString('en')} bytes`;
  expect(data).toContain(`at most ${inBytes(limits.dataBytesMax)}`);
  expect(data).toContain(`lossy at most ${inBytes(limits.lossyDataBytesMax)}`);
  expect(data).toContain(`at most ${limits.destinationsMax} named receivers`);
  const calls = /^\| calls \(RPC\) \|.*$/m.exec(read('docs/livekit.md'))?.[0];
  expect(calls).toContain(`at most ${inBytes(limits.rpcPayloadBytesMax)}`);
  expect(calls).toContain(inBytes(limits.rpcMessageBytesMax));
  expect(/^\| chat \|.*$/m.exec(read('docs/livekit.md'))?.[0]).toContain(`at most ${inBytes(limits.dataBytesMax)}`);
  const rate = /^\| rate of data \|.*$/m.exec(read('docs/livekit.md'))?.[0];
  expect(rate).toContain(`${limits.dataBytesPerSecond / 1024} kB/s`);
  expect(rate).toContain(`${limits.dataDeliveredBytesPerSecond / 1024 / 1024} MB/s`);
  const sdk = read('sdk-web/src/participants/local-participant.ts');
  expect(sdk).toContain(
    `at most ${inBytes(limits.dataBytesMax)} (lossy: ${limits.lossyDataBytesMax.toLocaleString('en')})`,
  );
  expect(sdk).toContain(`${limits.dataBytesPerSecond / 1024} KiB a second`);
  expect(read('sdk-web/src/types.ts')).toContain(`(${inBytes(limits.lossyDataBytesMax)})`);
  const guide = read('sdk-web/README.md');
  expect(guide).toContain(`at most ${limits.rpcPayloadBytesMax / 1024 / 1024} MiB`);
  expect(guide).toContain(`calls in parts ${limits.rpcMessageBytesMax / 1024} KiB`);
  expect(guide).toContain(`at most ${limits.roomMetadataBytesMax / 1024} KiB`);
});

describe('docs/deploy.md', () => {
  const blocksOf = (page: string): string[] =>
    [...read(page).matchAll(/^```[^\n]*\n[\s\S]*?^```$/gm)].map(([all]) => all);

  it('has the same blocks in both languages', () => {
    expect(blocksOf('docs/deploy.md').length).toBeGreaterThan(5);
    expect(blocksOf('docs/deploy.zh.md')).toEqual(blocksOf('docs/deploy.md'));
  });

  it('names the machine of each command, and opens the ports that hosts have', () => {
    const page = read('docs/deploy.md');
    expect(page.match(/^```sh$/gm)).toBeNull();
    const named = [443, ports.rtmp, ports.gatewayUdp, ports.centreLinks, ports.gatewayControl, ports.signalingControl];
    const { media, control } = mediaPorts(1);
    const rows = page.match(/^\|.*(?:TCP|UDP).*\|$/gm)?.join('\n') ?? '';
    expect([...named, ports.probe, media, control].filter((port) => !rows.includes(String(port)))).toEqual([]);
  });
});

describe("the scheduler's HTTP routes in docs/reference.md", () => {
  const folder = 'scheduler/src/adapters/http';
  const route = /\bapp\.(get|put|post|delete)(?:<[^(]*>)?\(\s*'(\/[^']+)'/g;
  const held = readdirSync(join(repository, folder)).flatMap((file) =>
    [...read(`${folder}/${file}`).matchAll(route)].map(([, verb = '', path]) => `${verb.toUpperCase()} ${path}`),
  );

  it('equal those of the code, by verb and path', () => {
    const page = read('docs/reference.md').split('\n## HTTP of the scheduler\n')[1]?.split('\n## ')[0] ?? '';
    const told = [...page.matchAll(/^\| `([A-Z]+ \/\S+)`/gm)].map(([, name]) => name);
    expect(told.toSorted()).toEqual(held.toSorted());
  });

  it('are many', () => {
    expect(held.length).toBeGreaterThan(15);
  });
});
