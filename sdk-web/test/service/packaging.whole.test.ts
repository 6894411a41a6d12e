import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const packageDir = fileURLToPath(new URL('../..', import.meta.url));
const bin = (path: string) => fileURLToPath(import.meta.resolve(path));
const tsc = bin('typescript').replace(/lib\/typescript\.js$/, 'bin/tsc');

let consumer: string;

/**
 * Builds the package for a consumer (its own dist is being served to browsers), with publishConfig applied as a
 * registry client does.
 */
beforeAll(async () => {
  consumer = await mkdtemp(join(tmpdir(), 'sdk-consumer-'));
  const installed = join(consumer, 'node_modules/@meridian/sdk-web');
  const dist = join(installed, 'dist');
  await mkdir(installed, { recursive: true });
  const node = (args: string[]) => run(process.execPath, args, { cwd: packageDir });
  const vite = bin('vite').replace(/dist\/node\/index\.js$/, 'bin/vite.js');
  await node([vite, 'build', '--logLevel', 'error', '--outDir', dist]);
  await node([tsc, '-p', 'tsconfig.build.json', '--outDir', join(dist, 'types')]);
  await node(['build/types.mjs', join(dist, 'types')]);
  const {
    publishConfig,
    dependencies: _bundled,
    ...manifest
  } = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as Record<string, object>;
  await writeFile(join(installed, 'package.json'), JSON.stringify({ ...manifest, ...publishConfig }));
  await writeFile(join(consumer, 'package.json'), JSON.stringify({ type: 'module' }));
});
afterAll(() => rm(consumer, { recursive: true, force: true }));

/**
 * Compiles files of a consumer together: the checker takes much longer for the libraries than for one of them. Answers
 * what it says of each file, nothing when that compiles.
 */
async function compile<Name extends string>(sources: Record<Name, string>, moduleResolution: 'NodeNext' | 'Bundler') {
  const names = Object.keys(sources) as Name[];
  const files = names.map((name) => `${name}.ts`);
  for (const name of names) await writeFile(join(consumer, `${name}.ts`), sources[name]);
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    target: 'ES2022',
    lib: ['ES2024', 'DOM', 'DOM.Iterable'],
    module: moduleResolution === 'NodeNext' ? 'NodeNext' : 'ESNext',
    moduleResolution,
    types: [],
  };
  await writeFile(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const said = await run(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], { cwd: consumer }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
  const complaints = said.split(/^(?=\S)/m).filter((line) => line !== '');
  const of = (name: Name): string => complaints.filter((line) => line.startsWith(`${name}.ts`)).join('');
  const elsewhere = complaints.filter((line) => !files.some((file) => line.startsWith(file)));
  return { elsewhere, ...(Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, string>) };
}

const good = `
  import { MeridianClientError, Room, RoomEvent, type RemoteTrack } from '@meridian/sdk-web';
  import { createBackground, createNoiseSuppression } from '@meridian/sdk-web/effects';
  import { H5Player, H5Publisher } from '@meridian/sdk-web/h5';
  createBackground({ kind: 'blur', strength: 'slight' }).setBackground({ kind: 'drawn', picture: 'hills' });
  createNoiseSuppression().close();
  new H5Player({ url: 'wss://x', canvas: document.createElement('canvas') }).close();
  new H5Publisher({ url: 'wss://x', stream: new MediaStream(), fps: 10 }).close();
  const room = new Room({ adaptiveStream: true });
  room.on(RoomEvent.TrackSubscribed, (track: RemoteTrack, publication, participant) => {
    const element: HTMLMediaElement = track.attach();
    console.log(publication.source, participant.identity, element);
  });
  room.on(RoomEvent.Disconnected, (reason) => { if (reason === 'DUPLICATE_IDENTITY') console.log(reason); });
  room.connect('https://x', () => 'token').catch((error) => { if (error instanceof MeridianClientError && error.code === 'ROOM_FULL') console.log(error); });
`;

describe('the published package', () => {
  test('has types that stand on their own (Bundler)', async () => {
    expect(await compile({ good }, 'Bundler')).toEqual({ elsewhere: [], good: '' });
  });

  test('has types that stand on their own (NodeNext), and that say no', async () => {
    const sources = {
      good,
      reason: good.replace("'DUPLICATE_IDENTITY'", "'NO_SUCH_REASON'"),
      event: good.replace('RoomEvent.Disconnected', 'RoomEvent.Nonsense'),
      option: good.replace('adaptiveStream: true', 'adaptiveStream: 5'),
    };
    expect(await compile(sources, 'NodeNext')).toEqual({
      elsewhere: [],
      good: '',
      reason: expect.stringContaining('NO_SUCH_REASON'),
      event: expect.stringContaining('Nonsense'),
      option: expect.stringContaining('not assignable'),
    });
  });

  test('is one ES module that does nothing when it is imported, and shows no internals in its types', async () => {
    const module = (await import(
      pathToFileURL(join(consumer, 'node_modules/@meridian/sdk-web/dist/index.js')).href
    )) as object;
    expect(Object.keys(module)).toEqual(
      expect.arrayContaining(['Room', 'RoomEvent', 'MeridianClientError', 'createLocalTracks']),
    );
    const types = await readFile(
      join(consumer, 'node_modules/@meridian/sdk-web/dist/types/tracks/remote-track.d.ts'),
      'utf8',
    );
    expect(types).not.toContain('mediasoup');
    expect(types).not.toContain('feedFrom');
  });

  test('is small: compressed, the one file that a call loads', async () => {
    const main = await readFile(join(consumer, 'node_modules/@meridian/sdk-web/dist/index.js'));
    expect(gzipSync(main).byteLength).toBeLessThan(135_000);
    // What services say to each other is none of its business.
    expect(main.toString()).not.toContain('PlaceRequest');
  });

  test('has player and publisher for browsers without WebRTC in files of their own', async () => {
    const dist = join(consumer, 'node_modules/@meridian/sdk-web/dist');
    const player = await readFile(join(dist, 'h5.js'), 'utf8');
    const main = await readFile(join(dist, 'index.js'), 'utf8');
    const effects = await readFile(join(dist, 'effects.js'), 'utf8');
    // They share the class of errors with the SDK, and nothing else with anything.
    expect([...effects.matchAll(/from"(\.[^"]+)"/g)].map(([, from]) => from)).toEqual(['./index.js']);
    expect(effects.length).toBeLessThan(20_000);
    for (const [, asset = ''] of effects.matchAll(/new URL\(`(assets\/[^`]+)`/g))
      expect((await readFile(join(dist, asset))).length).toBeGreaterThan(1000);
    for (const file of [main, player]) expect(file).not.toMatch(/^(import|export) .*from "\./m);
    expect(player).toContain('MPEG-2 video');
    expect(main).not.toContain('MPEG-2 video');
    // Neither the wire contract nor WebRTC: they are the most of the SDK.
    expect(player).not.toMatch(/protobuf|RTCPeerConnection/);
    const [, worker = ''] = /new URL\(`(assets\/[^`]+\.js)`/.exec(player) ?? [];
    expect(await readFile(join(dist, worker), 'utf8')).not.toMatch(/protobuf|RTCPeerConnection/);
    const module = (await import(pathToFileURL(join(dist, 'h5.js')).href)) as object;
    expect(Object.keys(module)).toEqual(expect.arrayContaining(['H5Player', 'H5Publisher']));
  });
});
