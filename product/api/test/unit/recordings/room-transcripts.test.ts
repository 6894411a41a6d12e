// Transcripts by hosts in the room, with the token with which they joined it.
import type { Member } from '@meridian/protocol';
import { memberFromWire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assemble, outputOf } from '../../support/assembling.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';
import { entry, journal, START_MS } from '../events/journals.ts';

let api: TestApi;
let made = 0;
beforeEach(async () => {
  api = await testApi();
  made = 0;
  await api.clock.advance(START_MS + 3600_000 - api.clock.wallMs());
  await record('re_1', 'acme/lobby');
});
afterEach(() => api.close());

/** Makes a recording that waits to be assembled. */
async function record(id: string, roomKey: string): Promise<void> {
  made += 1;
  const bodies = [
    entry.opened('ann'),
    entry.recording(id, 'rec-fra'),
    entry.recording(id, 'rec-fra', { isOver: true }),
  ];
  const [tenant = ''] = roomKey.split('/');
  api.recorders.fra.addStint(`${tenant}/${id}`, { startedWallMs: START_MS + 5000, endedWallMs: START_MS + 104_000 });
  await api.telling.intake.take(journal(1, 1, bodies, { roomKey, sid: `RM_r${made}` }));
  await api.telling.jobs.settled();
}

const vtt = 'WEBVTT\n\n00:12.000 --> 00:14.000\nThe crane is inspected weekly\n';
const nowS = (): number => Math.floor(api.clock.wallMs() / 1000);

interface Joined {
  readonly claims?: object;
  readonly video?: object;
  readonly signer?: { readonly key: string; readonly secret: string };
}
/** Returns a token with which a host joins the lobby for six hours. */
const tokenOf = ({ claims = {}, video = {}, signer }: Joined = {}): Promise<string> =>
  api.token(
    {
      sub: 'ann',
      exp: nowS() + 6 * 3600,
      video: { room: 'lobby', roomJoin: true, roomAdmin: true, ...video },
      ...claims,
    },
    signer,
  );

interface Put {
  readonly body?: object;
  readonly recording?: string;
  readonly language?: string;
}
async function put(token: string | undefined, { body = { vtt }, recording = 're_1', language = 'en' }: Put = {}) {
  const answer = await api.app.inject({
    method: 'PUT',
    url: `/api/v1/recordings/${recording}/transcripts/${language}`,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    payload: body,
  });
  return [answer.statusCode, answer.body === '' ? '' : answer.json().code];
}
const kept = async (): Promise<number> =>
  (await api.store.db.selectFrom('recording_transcripts').select('vtt').execute()).length;
const member = (role: Member['role']): Member => memberFromWire({ identity: 'ann', role });

describe('a transcript by a host in the room', () => {
  it('becomes captions of the item in its own time, is found by search, and is in the audit log', async () => {
    expect(await put(await tokenOf())).toEqual([204, '']);
    await assemble(api, api.recorders.fra, [outputOf('p001-camera', { offsetMs: 10_000 })]);
    const { item } = (await api.ask('GET', '/recordings/re_1')).json().outputs[0];
    expect((await api.ask('GET', `/library/items/${item}/transcripts/en`)).json().vtt).toBe(
      'WEBVTT\n\n00:00:02.000 --> 00:00:04.000\nThe crane is inspected weekly\n',
    );
    const found = (await api.ask('GET', '/library/items?text=crane')).json().data;
    expect(found.map(({ id }: { id: string }) => id)).toEqual([item]);
    const acts = (await api.ask('GET', '/audit?operation=putRecordingTranscript')).json().data;
    expect(acts).toMatchObject([{ by: { kind: 'participant', id: 'ann' }, targets: { recording: 're_1' } }]);
  });

  it.each<[string, Member['role'] | undefined, boolean, number]>([
    ['a host by its role, whose token lets it only join', 'host', false, 204],
    ['a cohost', 'cohost', false, 403],
    ['a cohost whose token has the right', 'cohost', true, 403],
    ['a participant without a role', undefined, false, 403],
  ])('may come from a host alone: %s', async (_who, role, roomAdmin, status) => {
    api.owners.open('acme/lobby', { policy: { members: role === undefined ? [] : [member(role)] } });
    expect((await put(await tokenOf({ video: { roomAdmin } })))[0]).toBe(status);
    expect(await kept()).toBe(status === 204 ? 1 : 0);
  });

  const wrongSecret = { key: tenants[0].key, secret: 'x'.repeat(32) };
  const refusals: readonly [string, Joined | undefined, Put, number, string][] = [
    ['without a token', undefined, {}, 401, 'TOKEN_MISSING'],
    ['by a token of another secret', { signer: wrongSecret }, {}, 401, 'TOKEN_INVALID'],
    ['by a token of a key that is unknown', { signer: { ...wrongSecret, key: 'nokey' } }, {}, 401, 'TOKEN_INVALID'],
    ['by a token that has expired', { claims: { exp: START_MS / 1000 } }, {}, 401, 'TOKEN_EXPIRED'],
    ['by a token of no identity', { claims: { sub: '' } }, {}, 401, 'TOKEN_INVALID'],
    ['by a token of another room', { video: { room: 'board' } }, {}, 404, 'NOT_FOUND'],
    ['by a token of another tenant', { signer: tenants[1] }, {}, 404, 'NOT_FOUND'],
    ['by a token that does not let it join', { video: { roomJoin: false } }, {}, 401, 'TOKEN_TOO_LONG'],
    ['of a recording that there is not', {}, { recording: 're_9' }, 404, 'NOT_FOUND'],
    ['that is no WebVTT', {}, { body: { vtt: '<html>' } }, 400, 'REQUEST_INVALID'],
    ['that is too long', {}, { body: { vtt: `${vtt}${'a'.repeat(500_000)}` } }, 400, 'REQUEST_INVALID'],
    ['with too large a body', {}, { body: { vtt: `${vtt}${'学'.repeat(500_000)}` } }, 413, 'BODY_TOO_LARGE'],
    ['in no language', {}, { language: 'en_US' }, 400, 'REQUEST_INVALID'],
  ];
  it.each(refusals)('is refused %s', async (_what, joined, sent, status, code) => {
    expect(await put(joined && (await tokenOf(joined)), sent)).toEqual([status, code]);
    expect(await kept()).toBe(0);
  });

  it('is refused from those whom the room keeps out, and whose token was revoked', async () => {
    api.owners.open('acme/lobby', { policy: { bans: [{ identity: 'ann', untilWallMs: 0 }] } });
    expect(await put(await tokenOf())).toEqual([403, 'NOT_PERMITTED']);
    api.owners.open('acme/lobby');
    const token = await tokenOf({ claims: { jti: 'TK_1', iat: nowS() } });
    expect(await put(token)).toEqual([204, '']);
    expect((await api.ask('POST', '/revocations', { body: { tokenId: 'TK_1' } })).statusCode).toBe(201);
    expect(await put(token)).toEqual([401, 'TOKEN_REVOKED']);
  });

  it('opens no other operation with that token', async () => {
    const headers = { authorization: `Bearer ${await tokenOf({ claims: { exp: nowS() + 300 } })}` };
    for (const [method, path] of [
      ['GET', '/recordings/re_1'],
      ['DELETE', '/recordings/re_1'],
      ['GET', '/recordings/re_1/posts'],
    ] as const)
      expect((await api.app.inject({ method, url: `/api/v1${path}`, headers })).statusCode).toBe(403);
  });
});
