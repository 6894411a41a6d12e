// A whole recorder beside a real centre: orders of an owner, reports, and the release of its slots.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
import { openStore } from '../../../files/object-store/src/store-config.ts';
import { hashOf } from '../../../files/object-store/test/support/stores-contract.ts';
import { start } from '../../../media/recorder/src/app.ts';
import { checkConfig, type RecorderConfig, recorderConfig } from '../../../media/recorder/src/config.ts';
import { makeRecordings, startRecorder } from '../../../media/recorder/test/support/made-recordings.ts';
import { admin, startCentre, until } from '../../../scheduler/test/service/support/centre.ts';
import { codeOf, enrolNode, FakeNode, frankfurt } from '../../../scheduler/test/service/support/fake-node.ts';

const roomKey = 'dev/room';
const secret = 'a secret of the test that is long enough';
/** Enough for a page, and fewer than an order may have. */
const SLOTS = 900;
const sealKeys = [{ id: 'k1', secret: '9f'.repeat(32) }];
/** Clock with waits a tenth as long: the recorder gives up a room that it cannot join after a while. */
const real = systemClock();
const clock: Clock = { ...real, after: (delayMs, fn) => real.after(delayMs / 10, fn) };
const log = createLogger({ name: 'recorder', level: process.env['TEST_LOG'] ?? 'silent' });
let dir: string;
let centre: Awaited<ReturnType<typeof startCentre>>;
let media: FakeNode;
let owner: FakeNode;
let loaded: RecorderConfig;
let stack: CloseStack;
let metrics: ReturnType<typeof createMetrics>;
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
    apiKeys: [{ key: 'k', secret, tenant: 'dev' }],
    slots: SLOTS,
    composition: { browser: join(dir, 'none') },
    sealKeys,
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  loaded = loadConfig(recorderConfig, { argv: ['--config', file], env: {} });
  expect(checkConfig(loaded)).toEqual([]);
  stack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  metrics = createMetrics({ service: 'recorder' });
  recorder = await start({ config: loaded, log, clock, rng: secureRng(), metrics, closeStack: stack });
  await until('the centre has heard its slots', () => load()?.recordSlots === SLOTS || undefined);
}

const storeOf = () => openStore(loaded.store, { folder: join(dir, 'state/recordings'), sealKeys });
const shows = (line: string) =>
  until(line, async () => (await metrics.registry.metrics()).includes(`meridian_recorder_${line}\n`) || undefined);
const load = () => centre.centre.fleet.get('rec-1')?.load;
const ask = (o: wire.RecordOrder.$Properties = {}): Promise<wire.RecordAnswer> => {
  const order = { roomKey, epoch, recordingId: 're_1', nodeId: 'sfu-1', slots: 4, ...o };
  return call(owner.openLink(), rpc.record, order, { deadlineMs: 30_000 });
};

it("the centre knows how full the recorder's disk is, and its shared configuration without keys", async () => {
  const { diskBytes, diskFreeBytes } = await until('it is known', () => (load()?.diskBytes ? load() : undefined));
  expect([diskBytes > 1e6, diskFreeBytes <= diskBytes]).toEqual([true, true]);
  const { config = [] } = centre.centre.fleet.get('rec-1')?.description ?? {};
  expect(config).toContainEqual({ key: 'store.kind', value: '"files"' });
  expect(JSON.stringify(config)).not.toMatch(/secret|rec-1|127\.0\.0\.1/);
});

it('an order for a page is refused without a browser', async () => {
  expect(await codeOf(ask({ recordingId: 're_2', mode: 'page', pageUrl: 'https://example.org/' }))).toBe('NO_BROWSER');
});

it('an order of a tenant without a key is refused with a permanent code', async () => {
  const other = 'acme/room';
  const { epoch: of } = await call(owner.openLink(), rpc.roomLease, { roomKey: other, signalingId: 'sig-1' });
  expect(await codeOf(ask({ roomKey: other, epoch: of }))).toBe('TOKEN_INVALID');
});

it('an order is taken and reported, stays the same when repeated, and is freed when its room cannot be joined', async () => {
  expect(await ask()).toMatchObject({ state: 'begun', recorderId: 'rec-1' });
  expect(await ask()).toMatchObject({ state: 'begun', recorderId: 'rec-1' });
  expect(recorder.recordings.size).toBe(1);
  await until('the centre has heard of it', () => load()?.recordSlotsUsed === 4 || undefined);
  expect(load()?.recordings).toMatchObject([{ roomKey, recordingId: 're_1', slots: 4 }]);
  await shows('slots_used 4');
  const { dialer, seen } = await dial('api-5', 'api');
  const api = await until('the api has its link', () => seen.link);
  const erase = call(api, rpc.eraseRecording, { tenant: 'dev', recordingId: 're_1' });
  await expect(erase).rejects.toThrow('the recording is running');
  dialer.close('the test is over');
  // No signaling node admits the recorder; the owner would repeat its order.
  await until('it is given up', () => load()?.recordSlotsUsed === 0 || undefined);
  expect(load()?.recordings).toEqual([]);
});

it('an order to compose is taken at once, as tracks for later, where the recorder has too few slots to compose', async () => {
  const order = { recordingId: 're_later', mode: 'composed', slots: SLOTS + 1, trackSlots: 2 };
  const later = { state: 'begun', recorderId: 'rec-1', later: true };
  expect([await ask(order), await ask(order)]).toMatchObject([later, later]);
  const reported = () => load()?.recordings.find(({ recordingId }) => recordingId === 're_later');
  expect(await until('the centre has heard of it', reported)).toMatchObject({ slots: 2 });
  // No signaling node admits the recorder.
  await until('it is given up', () => load()?.recordSlotsUsed === 0 || undefined);
});

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

it('an api has rooms watched; nodes of another kind are refused', async () => {
  const { dialer, seen } = await dial('api-2', 'api');
  const api = await until('the api has its link', () => seen.link);
  const watch = async (key: string) => (await call(api, rpc.watchRooms, { rooms: [{ roomKey: key }] })).rooms[0];
  expect(await watch(roomKey)).toMatchObject({ roomKey, state: 'joining' });
  expect(recorder.watching.size).toBe(1);
  // No signaling node admits the recorder.
  await until('it is given up', async () => (await watch(roomKey))?.state === 'refused' || undefined);
  expect(await watch(roomKey)).toMatchObject({ code: 'SOCKET_FAILED' });
  await watch('acme/room');
  // The api might know a key of this tenant, but does not answer.
  await until('it has no key', async () => (await watch('acme/room'))?.code === 'API_UNREACHABLE' || undefined);
  expect(await codeOf(watch('no room'))).toBe('REQUEST_INVALID');
  dialer.close('the test is over');
  const other = await dial('sig-2', 'signaling');
  await until('it gets no link', () => other.seen.refusals > 0 || undefined);
  expect(other.seen.link).toBeUndefined();
  other.dialer.close('the test is over');
});

it('an api asks over its link for the stints of a recording, another recorder reads them, and the api erases them', async () => {
  const own = await startRecorder();
  await makeRecordings(own, { isSoundAlone: true });
  const store = await storeOf();
  for (const { key } of await own.store.list('', { limit: 1000 })) {
    const bytes = await own.store.get(key, {});
    await store.put(key, bytes, { sha256: hashOf(bytes) });
  }
  await own.dispose();
  const [{ dialer, seen }, other] = [await dial('api-1', 'api'), await dial('rec-2', 'recorder')];
  const api = await until('the api has its link', () => seen.link);
  const peer = await until('the recorder has its link', () => other.seen.link);
  const recording = { tenant: 'Acme', recordingId: 'rec_1' };
  // An answer that takes more than two seconds is `busy` first.
  const find = (o = recording) =>
    until('it has looked', async () => {
      const answer = await call(api, rpc.recordingStints, o, { deadlineMs: 30_000 });
      return answer.busy ? undefined : answer;
    });
  expect(await find({ tenant: 'Acme', recordingId: 'rec_2' })).toMatchObject({ stints: [], storeId: 'node:rec-1' });
  expect(await codeOf(find({ tenant: 'Acme', recordingId: 'REC' }))).toBe('REQUEST_INVALID');
  const { stints } = await find();
  expect(stints).toMatchObject(Array(2).fill({ recorderId: 'rec-1', complete: true }));
  const [{ stintId = null, journals } = expect.unreachable()] = stints;
  const asked = { ...recording, stintId, name: journals?.[0] ?? '', from: 0, bytes: 1000 };
  const read = (link: Link, o: object = {}) => call(link, rpc.readStint, { ...asked, ...o });
  expect(Buffer.from((await read(peer)).bytes).toString()).toMatch(/^\{.*"type":"stint"/);
  expect(await codeOf(read(peer, { name: '../journal' }))).toBe('REQUEST_INVALID');
  expect(await codeOf(read(peer, { tenant: 'Other' }))).toBe('OBJECT_MISSING');
  expect(await codeOf(read(api))).toBe('LINK_NO_HANDLER');
  expect(await codeOf(call(peer, rpc.recordingStints, recording))).toBe('LINK_NO_HANDLER');
  const { objects } = await call(api, rpc.eraseRecording, recording, { deadlineMs: 30_000 });
  expect(objects).toBeGreaterThan(3);
  expect((await find()).stints).toEqual([]);
  dialer.close('the test is over');
  other.dialer.close('the test is over');
});

it.each(['api', 'recorder'])('a denied %s loses its link and can dial no more', async (kind) => {
  const id = `denied-${kind}`;
  const { dialer, seen } = await dial(id, kind);
  const link = await until('it has its link', () => seen.link);
  await admin(centre, 'POST', `/v1/nodes/${id}/deny`, { body: {} });
  await until('its link is cut', () => seen.refusals > 0 || undefined);
  expect(link.closed).toBe(true);
  dialer.close('the test is over');
});

it('the recorder has no slots while its disk does not say that it has room, and while it is drained', async () => {
  const [spool, away] = [join(dir, 'state/spool'), join(dir, 'away')];
  renameSync(spool, away);
  await until('the centre has heard that it takes none', () => load()?.recordSlots === 0 || undefined);
  renameSync(away, spool);
  await shows(`slots ${SLOTS}`);
  expect(await metrics.registry.metrics()).toMatch(/meridian_recorder_disk_share 0\.\d*[1-9]/);
  await admin(centre, 'POST', '/v1/nodes/rec-1/drain', { body: { on: true, reason: 'kernel' } });
  await shows('slots 0');
  const { dialer, seen } = await dial('api-4', 'api');
  const api = await until('the api has its link', () => seen.link);
  const { rooms } = await call(api, rpc.watchRooms, { rooms: [{ roomKey }] });
  expect(rooms).toMatchObject([{ code: 'SHUTTING_DOWN' }]);
  dialer.close('the test is over');
});
