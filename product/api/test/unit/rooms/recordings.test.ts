import { limits, MeridianError, recordingFromWire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  const made = await ask('POST', '/rooms', { name: 'demo' });
  expect(made.status).toBe(201);
});
afterEach(() => api.close());

const [ownTenant] = tenants;
async function ask(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
  o: { signer?: (typeof tenants)[number] } = {},
) {
  const answer = await api.ask(method, path, { signer: o.signer ?? ownTenant, ...(body && { body }) });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}
const recordings = '/rooms/demo/recordings';
const start = (body: object = {}) => ask('POST', recordings, body);
const listed = async (): Promise<string[]> =>
  (await ask('GET', recordings)).body.data.map(({ id }: { id: string }) => id);
const open = (): void => api.owners.open('acme/demo', { participants: [{ identity: 'ann' }] });

describe('a recording', () => {
  it.each<[string, object, string]>([
    ['an invalid identity', { identity: 'a\u200bb' }, '/identity'],
    ['an empty identity', { identity: '' }, '/identity'],
    ['too high a priority', { priority: limits.recordingPriorityMax + 1 }, '/priority'],
    ['a fraction of a priority', { priority: 0.5 }, '/priority'],
    ['an unknown layout', { mode: 'composed', layout: 'circle' }, '/layout'],
    ['a layout without composition', { mode: 'tracks', layout: 'grid' }, '/layout'],
    ['a page without an address', { mode: 'page' }, '/pageUrl'],
    ['a page on the disk', { mode: 'page', pageUrl: 'file:///etc/passwd' }, '/pageUrl'],
    ['an address without the mode page', { pageUrl: 'https://example.org/' }, '/pageUrl'],
    ['an id', { recordingId: 're_1' }, '/recordingId'],
  ])('is not begun with %s', async (_what, body, pointer) => {
    const { status, body: problem } = await start(body);
    expect([status, problem.errors.map((field: { pointer: string }) => field.pointer)]).toEqual([400, [pointer]]);
    expect(await listed()).toEqual([]);
  });

  it('is not begun while no library node is in the tenant’s regions; a dead one counts', async () => {
    open();
    const { fra, sgp } = api.libraries;
    await api.store.db.updateTable('api_keys').set({ regions: 'singapore' }).where('tenant', '=', 'acme').execute();
    api.libraries.planned = [fra];
    api.libraries.plan();
    expect(await start()).toMatchObject({ status: 409, body: { code: 'NO_LIBRARY' } });
    expect(await listed()).toEqual([]);
    api.telling.library.nodes.follow({
      nodes: [{ nodeId: sgp.nodeId, kind: 'library', region: 'singapore', publicUrl: sgp.publicUrl, state: 'dead' }],
    });
    expect((await start()).status).toBe(201);
  });

  it.each([
    ['with an owner', open],
    ['without an owner', () => undefined],
  ])('of a room %s is begun, listed and stopped', async (_which, prepare) => {
    prepare();
    const begun = await start({ mode: 'tracks', identity: 'ann', priority: 9 });
    expect([begun.status, begun.body]).toEqual([
      201,
      {
        id: expect.stringMatching(/^re_[a-z0-9]{16}$/),
        identity: 'ann',
        mode: 'tracks',
        layout: null,
        state: 'waiting',
        since: expect.any(String),
        by: null,
        priority: 9,
        expectedAt: null,
        later: false,
        failure: null,
      },
    ]);
    const { id } = begun.body;
    const otherRecording = (await start()).body;
    expect([otherRecording.identity, otherRecording.priority, await listed()]).toEqual([
      null,
      0,
      [id, otherRecording.id],
    ]);
    expect(await ask('DELETE', `${recordings}/${id}`)).toEqual({ status: 204, body: undefined });
    expect([await listed(), (await ask('DELETE', `${recordings}/${id}`)).status]).toEqual([[otherRecording.id], 404]);
  });

  it.each([
    ['with an owner', open],
    ['without an owner', () => undefined],
  ])('of the composed kind in a room %s changes its layout', async (_which, prepare) => {
    prepare();
    const { body: composed } = await start({ mode: 'composed', layout: 'speaker' });
    expect([composed.mode, composed.layout]).toEqual(['composed', 'speaker']);
    const change = (id: string, body: object) => ask('PATCH', `${recordings}/${id}`, body);
    expect(await change(composed.id, { layout: 'screen' })).toMatchObject({ status: 200, body: { layout: 'screen' } });
    expect((await change(composed.id, { layout: 'circle' })).status).toBe(400);
    const { body: plain } = await start({ mode: 'tracks' });
    expect([
      (await change(plain.id, { layout: 'grid' })).status,
      (await change('re_x', { layout: 'grid' })).status,
    ]).toEqual([400, 404]);
  });

  it.each([
    [{}, { mode: 'composed', layout: 'grid', identity: null }],
    [{ identity: 'ann' }, { mode: 'composed', layout: 'grid', identity: 'ann' }],
    [{ layout: 'speaker' }, { mode: 'composed', layout: 'speaker' }],
  ])('begun without a mode, with %o, is composed', async (body, begun) => {
    expect(await start(body)).toMatchObject({ status: 201, body: begun });
  });

  it('whose tracks are kept for later shows that', async () => {
    const later = recordingFromWire({ recordingId: 're_1', mode: 'composed', state: 'running', later: true });
    api.owners.open('acme/demo', { info: { recordings: [later] } });
    expect((await ask('GET', recordings)).body.data).toMatchObject([{ id: 're_1', state: 'running', later: true }]);
  });

  it('beyond the limit of a room is refused', async () => {
    for (let count = 0; count < limits.recordingsPerRoomMax; count += 1) expect((await start()).status).toBe(201);
    const { status, body } = await start();
    expect([status, body.code]).toEqual([429, 'QUOTA_EXCEEDED']);
    open();
    api.owners.refusal = new MeridianError('QUOTA_EXCEEDED');
    expect((await start()).body.code).toBe('QUOTA_EXCEEDED');
  });

  it('of an earlier life is not listed', async () => {
    api.owners.open('acme/demo', { policy: { version: 5 } });
    await start();
    const [id] = await listed();
    expect(id).toBeDefined();
    const live = api.owners.live.get('acme/demo');
    const [recording] = live?.policy.recordings ?? [];
    if (live === undefined || recording === undefined) throw new Error('not live');
    api.owners.live.set('acme/demo', {
      ...live,
      policy: { ...live.policy, version: 9, recordings: [{ ...recording, roomSid: 'RM_1', state: 'running' }] },
    });
    // A change with the owner stores its policy.
    await ask('POST', '/rooms', { name: 'demo', locked: true });
    api.owners.live.delete('acme/demo');
    expect(await listed()).toEqual([]);
  });
});
