// Recording limits of a tenant, for starts over REST and for hosts at the nodes.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endTask, outputOf, resultOf, takeTask, uploadFile } from '../../support/assembling.ts';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';
import { entry, journal } from '../events/journals.ts';

const MINUTE_MS = 60_000;
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  await api.clock.advance(Date.UTC(2027, 4, 20) - api.clock.wallMs());
  await api.ask('POST', '/rooms', { body: { name: 'lobby' } });
});
afterEach(() => api.close());

let version = 1;
beforeEach(() => {
  version = 1;
});
async function limit(limits: object) {
  const headers = { 'if-match': `"${version}"` };
  version += 1;
  const answer = await api.ask('PATCH', '/tenants/acme', { signer: operatorKey, body: { limits }, headers });
  expect(answer.statusCode).toBe(200);
}
const begin = async (body: object = {}, signer: (typeof tenants)[number] = tenants[0]) => {
  const answer = await api.ask('POST', '/rooms/lobby/recordings', { body, signer });
  return answer.statusCode === 201 ? answer.json().mode : answer.json().code;
};
const start = async (signer?: (typeof tenants)[number]) => {
  const begun = await begin({}, signer);
  return begun === 'composed' || begun === 'tracks' ? 201 : begun;
};
async function record(id: string, minutes: number, bytes = 0) {
  const nowMs = api.clock.wallMs();
  const o = { sinceWallMs: nowMs - minutes * MINUTE_MS };
  const bodies = [
    entry.opened('ann'),
    entry.recording(id, 'rec-fra', o),
    entry.recording(id, 'rec-fra', { ...o, isOver: true }),
  ];
  const message = journal(1, 1, bodies, { sid: `RM_${id.replace('_', '')}`, createdWallMs: o.sinceWallMs });
  for (const one of message.entries) one.wallMs = nowMs;
  const { fra } = api.recorders;
  const times = { startedWallMs: o.sinceWallMs, durationMs: minutes * MINUTE_MS };
  if (bytes > 0) fra.addStint(`acme/${id}`, { startedWallMs: o.sinceWallMs, endedWallMs: nowMs });
  await api.telling.intake.take(message);
  await api.telling.jobs.settled();
  if (bytes === 0) return;
  const task = (await takeTask(fra)) ?? expect.fail('no task waits');
  const upload = await uploadFile(api, fra, task, outputOf('a'), id.at(-1)?.repeat(bytes));
  const result = JSON.stringify(resultOf([{ ...outputOf('a'), upload }], times));
  await endTask(fra, task, { result });
  await api.telling.jobs.settled();
}
const used = async () => (await api.ask('GET', '/tenant/recording/usage')).json();
const allowed = async () => {
  const key = await api.keys.find('acmekey');
  return key && (await api.recordingOf('acme', key.limits));
};

describe('the right to record', () => {
  it('is unlimited until an operator sets a limit', async () => {
    expect([await start(), await allowed()]).toEqual([201, '']);
    await limit({ recording: 'off' });
    expect([await start(), await allowed()]).toEqual(['NOT_PERMITTED', 'off']);
    await limit({ recording: 'tracks' });
    expect([await start(), await allowed()]).toEqual([201, 'tracks']);
    await expect(api.telling.recordings.limits.check('acme', 'composed')).rejects.toMatchObject({
      code: 'NOT_PERMITTED',
    });
    await expect(api.telling.recordings.limits.check('globex', 'composed')).resolves.toBeUndefined();
  });

  it('makes a start without a mode one of tracks where these alone are allowed; any other mode is refused', async () => {
    expect(await begin()).toBe('composed');
    await limit({ recording: 'tracks' });
    expect([await begin(), await begin({ mode: 'tracks' })]).toEqual(['tracks', 'tracks']);
    expect([await begin({ mode: 'composed' }), await begin({ mode: 'composed', layout: 'grid' })]).toEqual([
      'NOT_PERMITTED',
      'NOT_PERMITTED',
    ]);
    await limit({ recording: 'off' });
    expect(await begin()).toBe('NOT_PERMITTED');
  });

  it('ends when the minutes of the month are used, and begins again with the next month', async () => {
    await limit({ recordingMinutes: 10 });
    await record('re_1', 9.5);
    expect([await start(), await used()]).toEqual([
      201,
      { recording: 'composed', bytes: 0, bytesMax: 0, minutes: 9.5, minutesMax: 10 },
    ]);
    await record('re_2', 0.5);
    expect([await start(), await allowed()]).toEqual(['QUOTA_EXCEEDED', 'used']);
    // Nodes hear of it with the row that used up the minutes.
    expect(api.told.at(-1)).toEqual(['acme', 'used']);
    await api.clock.advance(12 * 24 * 60 * MINUTE_MS);
    await api.telling.jobs.settled();
    expect([await allowed(), (await used()).minutes]).toEqual(['', 0]);
  });

  it('counts the part of a recording that lies in the month', async () => {
    await api.clock.advance(Date.UTC(2027, 5, 1) + 5 * MINUTE_MS - api.clock.wallMs());
    await record('re_1', 60);
    expect((await used()).minutes).toBe(5);
  });

  it('ends when the space is used, until a recording is deleted', async () => {
    await limit({ recordingBytes: 1000 });
    await record('re_1', 1, 999);
    expect([await start(), (await used()).bytes]).toEqual([201, 999]);
    await record('re_2', 1, 1);
    expect([await start(), api.told.at(-1)]).toEqual(['QUOTA_EXCEEDED', ['acme', 'used']]);
    await api.ask('DELETE', '/recordings/re_1');
    await api.telling.jobs.settled();
    expect([await start(), (await used()).bytes, api.told.at(-1)]).toEqual([201, 1, ['acme', '']]);
  });

  it('is sent to nodes repeatedly, and only for tenants with such a limit', async () => {
    await record('re_1', 1, 10);
    expect(api.told).toEqual([]);
    await limit({ recordingMinutes: 1 });
    api.telling.jobs.start();
    await api.telling.jobs.settled();
    await api.clock.advance(5 * MINUTE_MS);
    await api.telling.jobs.settled();
    expect(api.told).toEqual([['acme', 'used']]);
  });
});
