import { emptyPolicy, limits, MeridianError, type Participant, type Track } from '@meridian/protocol';
import type { InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { oddIdentities } from '../../../../../base/protocol/test/vectors/claim-rows.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
let adminToken: string;
const track = (trackId: string, more: Partial<Track> = {}): Track => ({
  trackId,
  kind: 'audio',
  source: 'microphone',
  name: '',
  muted: false,
  mimeType: 'audio/opus',
  layerKind: 'simple',
  layers: [],
  nodeId: 'sfu-1',
  width: 0,
  height: 0,
  ...more,
});
const ann: Partial<Participant> = {
  sessionId: 'PA_1',
  identity: 'ann',
  name: 'Ann',
  attributes: { dept: 'x' },
  role: 'host',
  joinedWallMs: 5000,
  canPublish: true,
  tracks: [track('TR_1'), track('TR_2', { derivedFrom: 'TR_1' })],
};
beforeEach(async () => {
  api = await testApi();
  adminToken = await api.token({ video: { roomAdmin: true, room: 'demo' } });
  api.owners.open('acme/demo', {
    participants: [ann],
    waiters: [{ waitId: 'W1', identity: 'bob', name: 'Bob', sinceWallMs: 1000, removed: true }],
  });
});
afterEach(() => api.close());

async function ask(method: NonNullable<InjectOptions['method']>, path: string, body?: object) {
  const answer = await api.app.inject({
    method,
    url: `/api/v1/rooms/demo${path}`,
    headers: { authorization: `Bearer ${adminToken}` },
    ...(body && { payload: body }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}
const acts = () => api.owners.commands.map(({ act }) => act);

describe('a participant with the identity of another system', () => {
  const identities = [...oddIdentities, ['the longest of emoji', '👩'.repeat(128)] as const];
  it.each(identities)('is found, changed, muted and removed by it: %s', async (_what, identity) => {
    api.owners.open('acme/demo', { participants: [{ ...ann, identity }] });
    const path = `/participants/${encodeURIComponent(identity)}`;
    expect(await ask('GET', path)).toMatchObject({ status: 200, body: { identity } });
    expect((await ask('PATCH', path, { name: 'Ann' })).status).toBe(200);
    expect((await ask('DELETE', path)).status).toBe(204);
    const answers = await Promise.all([
      ask('POST', '/acts', { act: 'spotlight', identities: [identity] }),
      ask('POST', '/acts', { act: 'unban', identity }),
      ask('POST', '/data', { text: 'x', identities: [identity] }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const named = acts().map((act) => JSON.stringify(act).includes(JSON.stringify(identity)));
    expect(named).toEqual([true, true, true, true, true]);
  });
});

describe('participants', () => {
  it('are shown with LiveKit’s words, without renditions', async () => {
    const { body } = await ask('GET', '/participants');
    expect(body.data).toHaveLength(1);
    expect(body.data[0]).toMatchObject({
      sid: 'PA_1',
      identity: 'ann',
      role: 'host',
      joinedAt: '1970-01-01T00:00:05.000Z',
      permission: { canPublish: true, roomAdmin: false },
      tracks: [{ sid: 'TR_1', kind: 'audio', source: 'microphone', muted: false }],
    });
    expect((await ask('GET', '/participants/ann')).body).toEqual(body.data[0]);
    expect((await ask('GET', '/participants/bob')).status).toBe(404);
    expect((await ask('GET', '/waiting')).body).toEqual({
      data: [{ waitId: 'W1', identity: 'bob', name: 'Bob', since: '1970-01-01T00:00:01.000Z', removed: true }],
      more: 0,
    });
  });

  it('are removed, with a ban on request', async () => {
    expect((await ask('DELETE', '/participants/ann?banS=-1')).status).toBe(400);
    expect((await ask('DELETE', '/participants/ann?banS=60&mayReturn=true&reason=noise')).status).toBe(204);
    expect((await ask('DELETE', '/participants/ann?forever=true')).status).toBe(204);
    expect(acts()).toEqual([
      { remove: { identity: 'ann', banS: 60, forever: false, mayReturn: true, reason: 'noise' } },
      { remove: { identity: 'ann', banS: 0, forever: true, mayReturn: false, reason: '' } },
    ]);
    api.owners.refusal = new MeridianError('PARTICIPANT_UNKNOWN');
    expect((await ask('DELETE', '/participants/unknown')).body.code).toBe('PARTICIPANT_UNKNOWN');
  });

  it.each<[string, object, object | number]>([
    ['a track', { trackId: 'TR_1' }, { mute: { identity: 'ann', trackId: 'TR_1' } }],
    ['a source', { source: 'camera' }, { mute: { identity: 'ann', source: 1 } }],
    ['everything', {}, { mute: { identity: 'ann', allSources: true } }],
    [
      'none, and the participant is asked to unmute',
      { source: 'microphone', muted: false },
      { askUnmute: { identity: 'ann', source: 2 } },
    ],
    ['no tracks without a source to ask for', { trackId: 'TR_1', muted: false }, 400],
    ['no tracks if both a track and a source are given', { trackId: 'TR_1', source: 'camera' }, 400],
    ['no tracks of an unknown source', { source: 'radio' }, 400],
  ])('are muted: %s', async (_what, body, expected) => {
    const answer = await ask('POST', '/participants/ann/mute', body);
    expect(answer.status).toBe(typeof expected === 'number' ? expected : 200);
    expect(acts()).toEqual(typeof expected === 'number' ? [] : [expected]);
  });

  it('are changed by as few acts as possible', async () => {
    const body = { name: 'A', attributes: { dept: '' }, role: 'speaker', permission: { canPublishData: false } };
    const changed = await ask('PATCH', '/participants/ann', body);
    expect(changed).toMatchObject({ status: 200, body: { identity: 'ann', name: 'A', attributes: {} } });
    expect((await ask('PATCH', '/participants/ann', { role: null })).status).toBe(200);
    const permission = { canPublishSources: ['microphone'] };
    expect((await ask('PATCH', '/participants/ann', { permission })).status).toBe(200);
    expect(acts()).toEqual([
      { update: { identity: 'ann', name: 'A', attributes: { dept: '' } } },
      { member: { identity: 'ann', role: 'speaker', canPublishData: false } },
      { member: { identity: 'ann', reset: true } },
      { member: { identity: 'ann', role: '', publishSources: { sources: [2] } } },
    ]);
    expect((await ask('PATCH', '/participants/away', { role: 'host' })).status).toBe(204);
    for (const bad of [
      {},
      { role: 'king' },
      { permission: { admin: true } },
      { permission: { canPublishSources: ['mic'] } },
      { attributes: { a: 1 } },
    ])
      expect((await ask('PATCH', '/participants/ann', bad)).status).toBe(400);
  });
});

describe('hosts’ acts', () => {
  it.each<[object, object | number]>([
    [{ act: 'muteEverybody' }, { mute: { everybody: true, allSources: true } }],
    [{ act: 'muteEverybody', source: 'microphone' }, { mute: { everybody: true, source: 2 } }],
    [{ act: 'askUnmute', identity: 'ann', source: 'camera' }, { askUnmute: { identity: 'ann', source: 1 } }],
    [{ act: 'admit', waitIds: ['W1'] }, { admit: { waitIds: ['W1'], all: false, refused: false } }],
    [{ act: 'refuse', all: true }, { admit: { waitIds: [], all: true, refused: true } }],
    [{ act: 'lowerHands' }, { hand: { raised: false, identity: '', everybody: true } }],
    [{ act: 'lowerHands', identity: 'ann' }, { hand: { raised: false, identity: 'ann', everybody: false } }],
    [{ act: 'spotlight', identities: [] }, { setRoom: { setSpotlight: true, spotlight: [] } }],
    [{ act: 'unban', identity: 'eve' }, { unban: { identity: 'eve' } }],
    [{ act: 'admit' }, 400],
    [{ act: 'admit', all: true, waitIds: ['W1'] }, 400],
    [{ act: 'end' }, 400],
    [{ act: 'unban' }, 400],
    [{ act: 'bringToStage' }, 400],
    [{ act: 'bringToStage', identity: 'a\u200bb' }, 400],
    [{}, 400],
  ])('are checked and sent to the owner: %j', async (body, expected) => {
    const answer = await ask('POST', '/acts', body);
    expect(answer.status).toBe(typeof expected === 'number' ? expected : 200);
    expect(acts()).toEqual(typeof expected === 'number' ? [] : [expected]);
  });

  it('can send data as text or as bytes', async () => {
    api.owners.extraAnswer = { affected: 3 };
    expect((await ask('POST', '/data', { text: 'hé', topic: 't' })).body).toEqual({ affected: 3 });
    expect((await ask('POST', '/data', { data: 'AAE=', lossy: true, identities: ['ann'] })).status).toBe(200);
    expect(acts()).toEqual([
      { data: { payload: Buffer.from('hé'), topic: 't', lossy: false, identities: [] } },
      { data: { payload: Buffer.from([0, 1]), topic: '', lossy: true, identities: ['ann'] } },
    ]);
    for (const bad of [
      {},
      { text: 'a', data: 'AA==' },
      { data: 'not base64!' },
      { text: 'x'.repeat(limits.dataBytesMax + 1) },
    ])
      expect((await ask('POST', '/data', bad)).status).toBe(400);
  });
});

it('people of a show’s crowd can be brought onto the stage and taken off', async () => {
  await ask('PATCH', '', { kind: 'show' });
  api.owners.extraAnswer = { affected: 1 };
  for (const act of ['bringToStage', 'takeOffStage'])
    expect(await ask('POST', '/acts', { act, identity: 'bob' })).toEqual({ status: 200, body: { affected: 1 } });
  expect(acts().slice(1)).toEqual([
    { stage: { identity: 'bob', on: true } },
    { stage: { identity: 'bob', on: false } },
  ]);
  api.owners.refusal = new MeridianError('QUOTA_EXCEEDED', '50 people are on the stage');
  const full = await ask('POST', '/acts', { act: 'bringToStage', identity: 'cid' });
  expect([full.status, full.body.code]).toEqual([429, 'QUOTA_EXCEEDED']);
});

describe('an empty room', () => {
  beforeEach(async () => {
    api.owners.live.clear();
    await api.policies.create('acme', 'demo', { idleMsMax: 0 });
  });

  it('keeps bans and roles', async () => {
    expect((await ask('DELETE', '/participants/eve?forever=true')).status).toBe(204);
    expect((await ask('PATCH', '/participants/ann', { role: 'host' })).status).toBe(204);
    const { policy } = (await api.policies.get('acme', 'demo')) ?? {};
    expect(policy).toEqual({
      ...emptyPolicy,
      version: 2,
      bans: [{ identity: 'eve', untilWallMs: 0 }],
      members: [{ identity: 'ann', role: 'host' }],
    });
    expect((await ask('GET', '')).body).toMatchObject({
      bans: [{ identity: 'eve', until: null }],
      members: [{ identity: 'ann', role: 'host' }],
    });
    expect((await ask('POST', '/acts', { act: 'unban', identity: 'eve' })).status).toBe(200);
    expect((await api.policies.get('acme', 'demo'))?.policy.bans).toEqual([]);
  });

  it('of a show stores who is on its stage', async () => {
    const stageAct = (identity: string, act = 'bringToStage') => ask('POST', '/acts', { act, identity });
    expect((await stageAct('bob')).status).toBe(400);
    await ask('PATCH', '', { kind: 'show' });
    await ask('PATCH', '/participants/ann', { role: 'host' });
    expect((await stageAct('bob')).status).toBe(200);
    expect((await stageAct('cid', 'takeOffStage')).status).toBe(200);
    expect([(await stageAct('ann')).status, (await stageAct('ann', 'takeOffStage')).status]).toEqual([400, 400]);
    expect((await api.policies.get('acme', 'demo'))?.policy.members).toEqual([
      { identity: 'ann', role: 'host' },
      { identity: 'bob', role: 'speaker' },
      { identity: 'cid', role: 'attendee' },
    ]);
  });

  it('refuses to remove, mute or rename a participant', async () => {
    for (const answer of [
      await ask('DELETE', '/participants/ann'),
      await ask('POST', '/participants/ann/mute', {}),
      await ask('PATCH', '/participants/ann', { name: 'A', role: 'host' }),
      await ask('GET', '/participants/ann'),
    ])
      expect(answer.status).toBe(404);
    expect((await ask('GET', '/participants')).body.data).toEqual([]);
    expect((await api.policies.get('acme', 'demo'))?.policy.version).toBe(0);
  });
});
