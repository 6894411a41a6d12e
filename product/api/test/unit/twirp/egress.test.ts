// LiveKit's Egress calls by its own unmodified SDK for Node, over a socket.
import type { AddressInfo } from 'node:net';
import {
  EgressSourceType,
  EgressStatus,
  EncodedFileOutput,
  SegmentedFileOutput,
  StreamOutput,
} from '@livekit/protocol';
import { MeridianError } from '@meridian/protocol';
import { systemClock } from '@meridian/runtime';
import {
  AccessToken,
  EgressClient,
  EncodedFileType,
  EncodingOptions,
  EncodingOptionsPreset,
  ImageOutput,
  RoomServiceClient,
  S3Upload,
  WebhookConfig,
} from 'livekit-server-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assemble, endTask, outputOf, takeTask } from '../../support/assembling.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';
import { entry, journal, START_MS } from '../events/journals.ts';

const [{ key, secret }, otherTenant] = tenants;
const file = new EncodedFileOutput({ filepath: 'meetings/demo.mp4' });
let api: TestApi;
let url: string;
let client: EgressClient;
beforeEach(async () => {
  api = await testApi({ clock: systemClock() });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
  client = new EgressClient(url, key, secret);
  api.owners.open('acme/demo', { participants: [{ identity: 'ann' }] });
});
afterEach(() => api.close());

const failure = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  const { status, code } = error as { status: number; code: string };
  return [status, code];
};
const unimplemented = [501, 'unimplemented'];
const start = (output: Parameters<EgressClient['startRoomCompositeEgress']>[1] = file, o: object = {}) =>
  client.startRoomCompositeEgress('demo', output, o);
const acts = () => api.owners.commands.map(({ act }) => act);

let entries = 0;
async function reportRecording(
  id: string,
  mode: string,
  { isOver = false, room = 'demo', tenant = 'acme', identity = '' } = {},
) {
  entries += 1;
  const body = entry.recording(id, 'rec-fra', { isOver, mode, layout: mode === 'composed' ? 'grid' : '', identity });
  const life = { roomKey: `${tenant}/${room}`, sid: `RM_${tenant}${room}` };
  await api.telling.intake.take(journal(1, entries, [body], life));
}
/** Ends the recording; a recorder assembles it, or fails with this code. */
async function endRecording(id: string, mode = 'composed', failure = '') {
  await endOrders(id, mode);
  const { fra } = api.recorders;
  if (failure === '') await assemble(api, fra, [outputOf('p001-camera', { durationMs: 61_000 })]);
  else {
    const task = await takeTask(fra);
    if (task !== undefined) await endTask(fra, task, { code: failure, detail: '' });
  }
}
async function endOrders(id: string, mode = 'composed') {
  api.recorders.fra.addStint(`acme/${id}`, { startedWallMs: START_MS + 5000, endedWallMs: START_MS + 104_000 });
  await reportRecording(id, mode, { isOver: true });
  await api.telling.jobs.settled();
}
const one = async (egressId: string) => (await client.listEgress({ egressId }))[0];

describe('LiveKit’s EgressClient', () => {
  it('records a composed room, from the start to the file', async () => {
    const begun = await start();
    expect(begun).toMatchObject({
      egressId: expect.stringMatching(/^re_[a-z0-9]{16}$/),
      roomName: 'demo',
      status: EgressStatus.EGRESS_STARTING,
      sourceType: EgressSourceType.WEB,
      startedAt: 0n,
      request: { case: 'roomComposite', value: { layout: 'grid', fileOutputs: [{ filepath: 'meetings/demo.mp4' }] } },
    });
    const { egressId } = begun;
    expect(acts()).toMatchObject([
      { startRecording: { recordingId: egressId, identity: '', mode: 'composed', layout: 'grid' } },
    ]);
    expect((await one(egressId))?.status).toBe(EgressStatus.EGRESS_STARTING);
    await reportRecording(egressId, 'composed');
    const running = await one(egressId);
    expect([running?.status, running?.startedAt]).toEqual([
      EgressStatus.EGRESS_ACTIVE,
      BigInt(START_MS + 5000) * 1_000_000n,
    ]);
    const stopping = await client.stopEgress(egressId);
    expect([stopping.status, acts().at(-1)]).toEqual([
      EgressStatus.EGRESS_ENDING,
      { stopRecording: { recordingId: egressId } },
    ]);
    expect((await one(egressId))?.status).toBe(EgressStatus.EGRESS_ENDING);
    await endRecording(egressId);
    const done = await one(egressId);
    expect(done).toMatchObject({
      status: EgressStatus.EGRESS_COMPLETE,
      roomId: 'RM_acmedemo',
      fileResults: [
        {
          filename: 'p001-camera.mp4',
          size: expect.any(BigInt),
          duration: 61_000_000_000n,
          location: expect.stringMatching(/^https:\/\/lib-fra\.example\.org\/library\/contents\/[^/]+\/original$/),
        },
      ],
      segmentResults: [],
      request: { value: { fileOutputs: [{ filepath: 'meetings/demo.mp4' }] } },
    });
    expect(Number(done?.endedAt)).toBeGreaterThan(Number(done?.startedAt));
    expect(await client.listEgress({ active: true })).toEqual([]);
  });

  it('shows segments by their playlists, which they have with their renditions', async () => {
    const { egressId } = await start(new SegmentedFileOutput({ filenamePrefix: 'demo' }));
    await endRecording(egressId);
    expect((await one(egressId))?.segmentResults[0]?.playlistLocation).toBe('');
    await api.store.db.updateTable('library_renditions').set({ state: 'ready' }).execute();
    expect(await one(egressId)).toMatchObject({
      fileResults: [],
      segmentResults: [
        {
          playlistName: 'p001-camera/master.m3u8',
          playlistLocation: expect.stringMatching(/^https:\/\/lib-fra\.example\.org\/.*\/renditions\/master\.m3u8$/),
        },
      ],
    });
  });

  it('records a participant', async () => {
    const begun = await client.startParticipantEgress('demo', 'ann', { file });
    expect(begun).toMatchObject({
      sourceType: EgressSourceType.SDK,
      request: { case: 'participant', value: { identity: 'ann' } },
    });
    expect(acts()).toMatchObject([{ startRecording: { identity: 'ann', mode: '' } }]);
    expect(await failure(client.startParticipantEgress('demo', 'a\u200bb', { file }))).toMatchObject([
      400,
      'invalid_argument',
    ]);
  });

  it('changes the layout of a composed recording, and of no other', async () => {
    const { egressId } = await start(file, { layout: 'speaker-dark' });
    expect(acts().at(-1)).toMatchObject({ startRecording: { layout: 'speaker' } });
    const changed = await client.updateLayout(egressId, 'screen');
    expect(changed.request).toMatchObject({ value: { layout: 'screen' } });
    await reportRecording(egressId, 'composed');
    expect((await client.updateLayout(egressId, 'speaker')).request).toMatchObject({ value: { layout: 'speaker' } });
    expect(await failure(client.updateLayout(egressId, 'circle'))).toEqual(unimplemented);
    const { egressId: plain } = await client.startParticipantEgress('demo', 'ann', { file });
    expect(await failure(client.updateLayout(plain, 'grid'))).toMatchObject([412, 'failed_precondition']);
    await client.stopEgress(egressId);
    expect(await failure(client.updateLayout(egressId, 'grid'))).toMatchObject([412, 'failed_precondition']);
  });

  it('stops a recording once, and aborts one that has not begun', async () => {
    const { egressId } = await start();
    const stopped = await client.stopEgress(egressId);
    expect(stopped.status).toBe(EgressStatus.EGRESS_ABORTED);
    expect(await failure(client.stopEgress(egressId))).toMatchObject([412, 'failed_precondition']);
    expect((await one(egressId))?.status).toBe(EgressStatus.EGRESS_ABORTED);
    const { egressId: stoppedId } = await start();
    await reportRecording(stoppedId, 'composed');
    await client.stopEgress(stoppedId);
    await expect(client.stopEgress(stoppedId)).rejects.toThrow('EGRESS_ENDING');
    await endRecording(stoppedId, 'composed', 'JOURNAL_MALFORMED');
    expect(await failure(client.stopEgress(stoppedId))).toMatchObject([412, 'failed_precondition']);
    expect(await one(stoppedId)).toMatchObject({ status: EgressStatus.EGRESS_FAILED, error: 'JOURNAL_MALFORMED' });
  });

  it('lists by room, id and activity, including recordings that others began', async () => {
    api.owners.open('acme/board', { participants: [{ identity: 'bob' }] });
    const { egressId } = await start();
    const { egressId: gone } = await start();
    await client.stopEgress(gone);
    await reportRecording('re_host', '', { room: 'board', identity: 'bob' });
    await reportRecording('re_foreign', '', { tenant: 'globex' });
    await endOrders('re_made', '');
    const ids = async (o: object = {}) => (await client.listEgress(o)).map((each) => each.egressId).toSorted();
    expect(await ids()).toEqual([egressId, gone, 're_host', 're_made'].toSorted());
    // The newest come first, running or waiting; those of the journal are of later years.
    const newest = (await client.listEgress()).slice(0, 2).map((each) => each.egressId);
    expect(newest.toSorted()).toEqual(['re_host', 're_made']);
    expect(await ids({ roomName: 'board' })).toEqual(['re_host']);
    expect(await ids({ roomName: 'demo', active: true })).toEqual([egressId, 're_made'].toSorted());
    expect((await one('re_made'))?.status).toBe(EgressStatus.EGRESS_ENDING);
    expect(await ids({ egressId: gone, active: true })).toEqual([]);
    expect(await ids({ egressId: 're_foreign' })).toEqual([]);
    expect((await one('re_host'))?.request).toMatchObject({ case: 'participant', value: { identity: 'bob' } });
    // The room ends before a recorder came.
    await new RoomServiceClient(url, key, secret).deleteRoom('demo');
    expect((await one(egressId))?.status).toBe(EgressStatus.EGRESS_ABORTED);
  });

  it('does not see deleted recordings', async () => {
    const { egressId } = await start();
    await endRecording(egressId);
    expect((await api.ask('DELETE', `/recordings/${egressId}`)).statusCode).toBe(204);
    expect([await client.listEgress(), await client.listEgress({ egressId })]).toEqual([[], []]);
    expect(await failure(client.stopEgress(egressId))).toEqual([404, 'not_found']);
  });

  it('has its requests stored for 30 days, and its labels limited in length', async () => {
    const { db } = api.store;
    const { egressId: first } = await start();
    const { egressId: old } = await start();
    const DAY_MS = 86_400_000;
    for (const [id, days] of [
      [first, 29],
      [old, 31],
    ] as const)
      await db
        .updateTable('egresses')
        .set({ made_ms: Date.now() - days * DAY_MS })
        .where('id', '=', id)
        .execute();
    const { egressId: last } = await start();
    const keptRows = await db.selectFrom('egresses').select('id').execute();
    expect(keptRows.map(({ id }) => id).toSorted()).toEqual([first, last].toSorted());
    const long = new EncodedFileOutput({ filepath: 'x'.repeat(513) });
    expect(await failure(start(long))).toEqual([400, 'invalid_argument']);
  });

  it('records a page in the room of its token', async () => {
    const token = new AccessToken(key, secret, { ttl: '10m', identity: 'backend' });
    token.addGrant({ roomRecord: true, room: 'demo' });
    const bound = new EgressClient(url, undefined, undefined, { token: await token.toJwt() } as never);
    const page = 'https://example.org/board';
    expect((await bound.startWebEgress(page, { file })).request.case).toBe('web');
    expect(acts()).toMatchObject([{ startRecording: { mode: 'page', pageUrl: page } }]);
    expect(await failure(client.startWebEgress(page, { file }))).toEqual(unimplemented);
    expect(await failure(bound.startWebEgress('file:///etc/passwd', { file }))).toMatchObject([
      400,
      'invalid_argument',
    ]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['another layout', () => start(file, { layout: 'grid-light' })],
    ['only sound', () => start(file, { audioOnly: true })],
    ['only pictures', () => start(file, { videoOnly: true })],
    ['a template', () => start(file, { customBaseUrl: 'https://example.org' })],
    ['another size', () => start(file, { encodingOptions: EncodingOptionsPreset.H264_1080P_30 })],
    ['another encoding', () => start(file, { encodingOptions: new EncodingOptions({ width: 640 }) })],
    ['webhooks of its own', () => start(file, { webhooks: [new WebhookConfig({ url: 'https://example.org' })] })],
    ['a file that is not MP4', () => start(new EncodedFileOutput({ fileType: EncodedFileType.OGG }))],
    ['an upload', () => start(new EncodedFileOutput({ output: { case: 's3', value: new S3Upload() } }))],
    ['images of the recording', () => start({ file, images: new ImageOutput() })],
    ['a stream output', () => start(new StreamOutput({ urls: ['rtmp://live.example.com/app/key'] }))],
    ['only a screen', () => client.startParticipantEgress('demo', 'ann', { file }, { screenShare: true })],
    ['a single track', () => client.startTrackEgress('demo', 'wss://example.org', 'TR_1')],
    ['tracks', () => client.startTrackCompositeEgress('demo', file, 'TR_1')],
  ])('is refused unsupported requests: %s', async (_what, call) => {
    expect(await failure(call())).toEqual(unimplemented);
    expect(acts()).toEqual([]);
  });

  it('is refused with the codes of LiveKit’s server', async () => {
    const { egressId } = await start();
    expect(await failure(client.stopEgress('re_none'))).toMatchObject([404, 'not_found']);
    expect(await failure(client.updateLayout('re_none', 'grid'))).toMatchObject([404, 'not_found']);
    expect(await failure(start({} as never))).toMatchObject([400, 'invalid_argument']);
    expect(await failure(client.startRoomCompositeEgress('nowhere', file))).toMatchObject([404, 'not_found']);
    expect(await failure(client.startRoomCompositeEgress('a/b', file))).toMatchObject([400, 'invalid_argument']);
    api.owners.refusal = new MeridianError('QUOTA_EXCEEDED');
    expect(await failure(start())).toMatchObject([429, 'resource_exhausted']);
    const foreignClient = new EgressClient(url, otherTenant.key, otherTenant.secret);
    expect(await foreignClient.listEgress()).toEqual([]);
    expect(await foreignClient.listEgress({ egressId })).toEqual([]);
    expect(await failure(foreignClient.stopEgress(egressId))).toMatchObject([404, 'not_found']);
    expect(await failure(foreignClient.updateLayout(egressId, 'grid'))).toMatchObject([404, 'not_found']);
    expect(await failure(foreignClient.startRoomCompositeEgress('demo', file))).toMatchObject([404, 'not_found']);
    expect(acts()).toHaveLength(2);
  });

  it('records only in modes that the tenant may use', async () => {
    const { db } = api.store;
    const { limits } = await db
      .selectFrom('tenants')
      .select('limits')
      .where('id', '=', 'acme')
      .executeTakeFirstOrThrow();
    const changed = JSON.stringify({ ...(JSON.parse(limits) as object), recording: 'tracks' });
    await db.updateTable('tenants').set({ limits: changed }).where('id', '=', 'acme').execute();
    expect(await failure(start())).toMatchObject([403, 'permission_denied']);
    expect((await client.startParticipantEgress('demo', 'ann', { file })).roomName).toBe('demo');
  });
});

describe('the grant roomRecord', () => {
  const using = async (grants: object, signer: { key: string; secret: string } = { key, secret }) => {
    const token = new AccessToken(signer.key, signer.secret, { ttl: '10m', identity: 'backend' });
    token.addGrant(grants);
    return { token: await token.toJwt() } as never;
  };
  const calls: [string, (client: EgressClient, id: string) => Promise<unknown>][] = [
    ['start', (c) => c.startRoomCompositeEgress('demo', file)],
    ['start of one', (c) => c.startParticipantEgress('demo', 'ann', { file })],
    ['stop', (c, id) => c.stopEgress(id)],
    ['change', (c, id) => c.updateLayout(id, 'grid')],
    ['list', (c) => c.listEgress()],
  ];
  it.each(calls)('is needed to %s', async (_what, call) => {
    const { egressId } = await start();
    const all = { roomAdmin: true, roomCreate: true, roomList: true, ingressAdmin: true, room: 'demo' };
    for (const grants of [all, { roomRecord: true, roomJoin: true, room: 'demo' }]) {
      const other = new EgressClient(url, undefined, undefined, await using(grants));
      expect(await failure(call(other, egressId))).toMatchObject([403, 'permission_denied']);
    }
  });

  it('is limited to its room, if it names one', async () => {
    const { egressId } = await start();
    const other = new EgressClient(url, undefined, undefined, await using({ roomRecord: true, room: 'other' }));
    expect(await failure(other.startRoomCompositeEgress('demo', file))).toMatchObject([403, 'permission_denied']);
    expect(await failure(other.startParticipantEgress('demo', 'ann', { file }))).toMatchObject([
      403,
      'permission_denied',
    ]);
    expect(await failure(other.stopEgress(egressId))).toMatchObject([404, 'not_found']);
    expect(await other.listEgress()).toEqual([]);
    expect(await other.listEgress({ egressId })).toEqual([]);
    expect(await failure(other.listEgress({ roomName: 'demo' }))).toMatchObject([403, 'permission_denied']);
  });

  it('opens no other calls', async () => {
    const token = await using({ roomRecord: true, room: 'demo' });
    expect(
      await failure(new RoomServiceClient(url, undefined, undefined, token).listParticipants('demo')),
    ).toMatchObject([403, 'permission_denied']);
    const headers = { authorization: `Bearer ${(token as { token: string }).token}` };
    for (const path of ['/recordings', '/rooms/demo/recordings'])
      expect((await api.app.inject({ method: 'GET', url: `/api/v1${path}`, headers })).statusCode).toBe(403);
  });

  it('gives no more than the scopes of its key', async () => {
    const { egressId } = await start();
    await endRecording(egressId);
    const scopes = ['rooms:join', 'recordings:read'];
    const made = await api.ask('POST', '/keys', { body: { name: 'reader', scopes } });
    const { id, secret: keySecret } = made.json() as { id: string; secret: string };
    const reader = new EgressClient(url, id, keySecret);
    expect((await reader.listEgress()).map(({ fileResults }) => fileResults[0]?.location)).toEqual(['']);
    expect(await failure(reader.startRoomCompositeEgress('demo', file))).toMatchObject([403, 'permission_denied']);
    expect(await failure(reader.stopEgress(egressId))).toMatchObject([403, 'permission_denied']);
  });
});

it('the audit log records LiveKit’s recording calls', async () => {
  const { egressId } = await start();
  await client.listEgress();
  await client.stopEgress(egressId);
  const { data } = (await api.ask('GET', '/audit')).json();
  expect(data.reverse()).toMatchObject([
    { operation: 'Egress.StartRoomCompositeEgress', targets: { room: 'demo' }, status: 200 },
    { operation: 'Egress.StopEgress', targets: { recording: egressId }, status: 200 },
  ]);
  expect(data).toHaveLength(2);
});
