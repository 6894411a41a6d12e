// A recorder as a whole beside a real centre: an owner's order reaches it, what it reports, how its slots are freed.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, rpc, type wire } from '@meridian/protocol';
import {
  type Clock,
  CloseStack,
  createLogger,
  createMetrics,
  type Link,
  LinkDialer,
  loadConfig,
  secureRng,
  systemClock,
} from '@meridian/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { start } from '../../recorder/src/app.ts';
import { checkConfig, recorderConfig } from '../../recorder/src/config.ts';
import { recorded, startRecorder } from '../../recorder/test/support/finishing.ts';
import { admin, startCentre, until } from '../../scheduler/test/service/support/centre.ts';
import { codeOf, enrolNode, FakeNode, frankfurt } from '../../scheduler/test/service/support/fake-node.ts';

const roomKey = 'dev/room';
/** Waits of the recorder are a tenth as long: it gives up a room that cannot be joined after a while. */
const real = systemClock();
const clock: Clock = { ...real, after: (delayMs, fn) => real.after(delayMs / 10, fn) };
const log = createLogger({ name: 'recorder', level: process.env['TEST_LOG'] ?? 'silent' });
let dir: string;
let centre: Awaited<ReturnType<typeof startCentre>>;
let media: FakeNode;
let owner: FakeNode;
let stack: CloseStack;
let recorder: Awaited<ReturnType<typeof start>>;
let epoch: number;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'meridian-recorder-'));
  centre = await startCentre({ developmentCities: true });
  media = await FakeNode.start(centre, { id: 'sfu-1', ...frankfurt });
  owner = await FakeNode.start(centre, { id: 'sig-1', kind: 'signaling', ...frankfurt });
  ({ epoch } = await call(owner.openLink(), rpc.roomLease, { roomKey, signalingId: 'sig-1' }));
  await run();
});
afterAll(async () => {
  await stack.close('the test is over');
  for (const node of [media, owner]) node.close();
  await centre.close();
  rmSync(dir, { recursive: true, force: true });
});

async function run(): Promise<void> {
  const identity = { id: 'rec-1', kind: 'recorder', region: frankfurt.region };
  const { body } = await admin(centre, 'POST', '/v1/enrolment-tokens', { body: identity });
  const file = join(dir, 'recorder.json');
  const config = {
    id: 'rec-1',
    ...frankfurt,
    hostId: 'host-rec',
    centreUrl: centre.centreUrl,
    enrolUrl: centre.enrolUrl,
    enrolmentToken: body.token,
    stateDir: join(dir, 'state'),
    controlListen: { ip: '127.0.0.1', port: 0 },
    apiKeys: [{ key: 'k', secret: 'a secret of the test that is long enough', tenant: 'dev' }],
    slots: 10,
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  const loaded = loadConfig(recorderConfig, { argv: ['--config', file], env: {} });
  expect(checkConfig(loaded)).toEqual([]);
  stack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  const metrics = createMetrics({ service: 'recorder' });
  recorder = await start({ config: loaded, log, clock, rng: secureRng(), metrics, closeStack: stack });
  await until('the centre has heard its slots', () => load()?.recordSlots === 10 || undefined);
}

const load = () => centre.centre.fleet.get('rec-1')?.load;
const ask = (o: wire.RecordOrder.$Properties = {}): Promise<wire.RecordAnswer> => {
  const order = { roomKey, epoch, recordingId: 're_1', nodeId: 'sfu-1', slots: 4, ...o };
  return call(owner.openLink(), rpc.record, order, { deadlineMs: 30_000 });
};

it('the centre has how full its disk is, and what of its configuration is shared, without its keys', async () => {
  const { diskBytes, diskFreeBytes } = await until('it is known', () => (load()?.diskBytes ? load() : undefined));
  expect([diskBytes > 1e6, diskFreeBytes <= diskBytes]).toEqual([true, true]);
  const { config = [] } = centre.centre.fleet.get('rec-1')?.description ?? {};
  expect(config).toContainEqual({ key: 'store.kind', value: '"files"' });
  expect(JSON.stringify(config)).not.toMatch(/secret|rec-1|127\.0\.0\.1/);
});

it('an order is taken, reported, the same again, and freed when its room cannot be joined', async () => {
  expect(await ask()).toMatchObject({ state: 'begun', recorderId: 'rec-1' });
  expect(await ask()).toMatchObject({ state: 'begun', recorderId: 'rec-1' });
  expect(recorder.recordings.size).toBe(1);
  await until('the centre has heard of it', () => load()?.recordSlotsUsed === 4 || undefined);
  expect(load()?.recordings).toMatchObject([{ roomKey, recordingId: 're_1', slots: 4 }]);
  // No signaling node lets it in: the owner would ask again.
  await until('it is given up', () => load()?.recordSlotsUsed === 0 || undefined);
  expect(load()?.recordings).toEqual([]);
});

it('a tenant without a key here is refused with a code that stays', async () => {
  const other = 'acme/room';
  const { epoch: of } = await call(owner.openLink(), rpc.roomLease, { roomKey: other, signalingId: 'sig-1' });
  expect(await codeOf(ask({ roomKey: other, epoch: of }))).toBe('TOKEN_INVALID');
});

/** A node of this kind dials the recorder. */
async function dial(id: string, kind: string) {
  const credentials = await enrolNode(centre, { id, kind, region: frankfurt.region });
  const seen: { link?: Link; refusals: number } = { refusals: 0 };
  const dialer = new LinkDialer({
    url: `wss://127.0.0.1:${recorder.linkPort}`,
    credentials: () => credentials,
    log,
    clock: real,
    rng: secureRng(),
    expect: () => true,
    onLink: (opened) => {
      seen.link = opened;
    },
    onDialFailed: () => {
      seen.refusals += 1;
    },
  });
  return { dialer, seen };
}

it('an api has rooms watched; what is of another kind is not served', async () => {
  const { dialer, seen } = await dial('api-2', 'api');
  const api = await until('the api has its link', () => seen.link);
  const watch = async (key: string) => (await call(api, rpc.watchRooms, { rooms: [{ roomKey: key }] })).rooms[0];
  expect(await watch(roomKey)).toMatchObject({ roomKey, state: 'joining' });
  expect(recorder.watching.size).toBe(1);
  // No signaling node lets it in.
  await until('it is given up', async () => (await watch(roomKey))?.state === 'refused' || undefined);
  expect(await watch(roomKey)).toMatchObject({ code: 'SOCKET_FAILED' });
  await watch('acme/room');
  // It may have one that only the api knows, which does not say.
  await until('it has no key', async () => (await watch('acme/room'))?.code === 'API_UNREACHABLE' || undefined);
  expect(await codeOf(watch('no room'))).toBe('REQUEST_INVALID');
  dialer.close('the test is over');
  const other = await dial('sig-2', 'signaling');
  await until('it gets no link', () => other.seen.refusals > 0 || undefined);
  expect(other.seen.link).toBeUndefined();
  other.dialer.close('the test is over');
});

it('an api asks over its link what becomes of a recording, and has it erased', async () => {
  const own = await startRecorder();
  await recorded(own, { isSoundAlone: true });
  for (const name of ['objects', 'hashes'])
    cpSync(join(own.place, 'store', name), join(dir, 'state/recordings', name), { recursive: true });
  await own.dispose();
  const { dialer, seen } = await dial('api-1', 'api');
  const api = await until('the api has its link', () => seen.link);
  const asked = { tenant: 'Acme', recordingId: 'rec_1', renditions: ['360p'] };
  const finish = (o = asked) => call(api, rpc.finishRecording, o, { deadlineMs: 30_000 });
  // An answer that takes more than two seconds is `working` first.
  const none = await until('it looks', async () => {
    const answer = await finish({ ...asked, recordingId: 'rec_2' });
    return answer.state === 'working' ? undefined : answer;
  });
  expect(none).toMatchObject({ state: 'unknown' });
  expect(await codeOf(finish({ ...asked, recordingId: 'REC' }))).toBe('REQUEST_INVALID');
  const finished = await until('it is finished', async () => {
    const answer = await finish();
    return answer.state === 'finished' ? answer : undefined;
  });
  expect(finished.files.map(({ name }) => name)).toEqual([
    ...['finished/chapters.vtt', 'finished/p001-camera.mp4', 'finished/p002-camera.mp4'],
    ...['finished/posts.json', 'finished/finished.json'],
  ]);
  expect(finished.holeMs).toBeGreaterThan(1900);
  expect(recorder.finishing.figures).toMatchObject({ finished: 1, failed: 0, waiting: 0 });
  const { objects } = await call(api, rpc.eraseRecording, asked, { deadlineMs: 30_000 });
  expect(objects).toBe(11);
  expect(await finish()).toMatchObject({ state: 'unknown' });
  dialer.close('the test is over');
});
