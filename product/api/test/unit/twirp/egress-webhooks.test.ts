// LiveKit's own receiver reads the events of recordings as egresses.

import type { AddressInfo } from 'node:net';
import { EgressStatus, EncodedFileOutput, SegmentedFileOutput, type WebhookEvent } from '@livekit/protocol';
import { systemClock } from '@meridian/runtime';
import { EgressClient, WebhookReceiver } from 'livekit-server-sdk';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PostOptions } from '../../../src/webhooks/post.ts';
import { assemble, endTask, outputOf, takeTask } from '../../support/assembling.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';
import { entry, journal, START_MS } from '../events/journals.ts';

const [{ key, secret }] = tenants;
let api: TestApi;
let sent: PostOptions[];
beforeEach(async () => {
  sent = [];
  api = await testApi({
    clock: systemClock(),
    post: async (o) => {
      sent.push(o);
      return { status: 200, error: '', tookMs: 3, retryAfterMs: 0 };
    },
  });
});
afterEach(() => api.close());

const hook = (body: object = {}) =>
  api.ask('POST', '/webhooks', { body: { url: 'https://oa.example/hook', format: 'livekit', signer: key, ...body } });
let seq = 0;
/** Runs a recording to its files, or to a failure. */
async function run(id: string, { mode = 'composed', failure = '' } = {}) {
  const reportRecording = async (isOver: boolean) => {
    seq += 1;
    await api.telling.intake.take(journal(1, seq, [entry.recording(id, 'rec-fra', { mode, layout: 'grid', isOver })]));
    await api.telling.jobs.settled();
  };
  await reportRecording(false);
  const { fra } = api.recorders;
  fra.addStint(`acme/${id}`, { startedWallMs: START_MS + 5000, endedWallMs: START_MS + 104_000 });
  await reportRecording(true);
  if (failure === '') await assemble(api, fra, [outputOf('p001-camera', { durationMs: 61_000 })]);
  else {
    const task = await takeTask(fra);
    if (task !== undefined) await endTask(fra, task, { code: failure, detail: '' });
  }
  await api.telling.jobs.settled();
}
async function receivedEvents(): Promise<WebhookEvent[]> {
  const receiver = new WebhookReceiver(key, secret);
  return Promise.all(sent.map(({ body, headers }) => receiver.receive(body, headers['authorization'])));
}

it('a recording is an egress that starts, is updated and ends, with its request', async () => {
  await hook();
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
  api.owners.open('acme/lobby', { participants: [{ identity: 'ann' }] });
  const file = new EncodedFileOutput({ filepath: 'lobby.mp4' });
  const { egressId } = await new EgressClient(url, key, secret).startRoomCompositeEgress('lobby', file);
  await run(egressId);
  const events = await receivedEvents();
  expect(events.map(({ event, egressInfo }) => [event, egressInfo?.status])).toEqual([
    ['egress_started', EgressStatus.EGRESS_ACTIVE],
    ['egress_updated', EgressStatus.EGRESS_ENDING],
    ['egress_ended', EgressStatus.EGRESS_COMPLETE],
  ]);
  for (const { egressInfo } of events)
    expect(egressInfo).toMatchObject({
      egressId,
      roomName: 'lobby',
      roomId: 'RM_1',
      request: { case: 'roomComposite', value: { fileOutputs: [{ filepath: 'lobby.mp4' }] } },
    });
  expect(events[2]?.egressInfo?.fileResults).toMatchObject([
    { filename: 'p001-camera.mp4', duration: 61_000_000_000n, location: 'p001-camera.mp4' },
  ]);
  // The api's own format has other names.
  const listed = (await api.ask('GET', '/events')).json().data.map(({ event }: { event: string }) => event);
  expect(listed).toEqual(expect.arrayContaining(['recording.started', 'recording.ended', 'recording.finished']));
});

it('a recording that hosts began is an egress too, even if it failed, and has the api’s own event names', async () => {
  await hook({ events: ['recording.failed'] });
  await run('re_host', { mode: '', failure: 'JOURNAL_MALFORMED' });
  await api.ask('DELETE', '/recordings/re_host');
  await api.telling.jobs.settled();
  const events = await receivedEvents();
  expect(events).toMatchObject([
    {
      event: 'egress_ended',
      egressInfo: { egressId: 're_host', status: EgressStatus.EGRESS_FAILED, error: 'JOURNAL_MALFORMED' },
    },
  ]);
});

it('events without a LiveKit name are not sent', async () => {
  await hook();
  await run('re_1');
  await api.ask('DELETE', '/recordings/re_1');
  await api.telling.jobs.settled();
  expect((await api.ask('GET', '/events?event=recording.deleted')).json().data).toHaveLength(1);
  expect((await receivedEvents()).map(({ event }) => event)).toEqual([
    'egress_started',
    'egress_updated',
    'egress_ended',
  ]);
});

it('segments appear among the results if the request asked for segments', async () => {
  await hook({ events: ['recording.finished'] });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
  api.owners.open('acme/lobby', { participants: [{ identity: 'ann' }] });
  const segments = new SegmentedFileOutput({ filenamePrefix: 'lobby' });
  const { egressId } = await new EgressClient(url, key, secret).startRoomCompositeEgress('lobby', segments);
  await run(egressId);
  const [ended] = await receivedEvents();
  expect(ended?.egressInfo).toMatchObject({
    fileResults: [],
    segmentResults: [{ playlistName: 'p001-camera/master.m3u8', playlistLocation: 'p001-camera/master.m3u8' }],
  });
});
