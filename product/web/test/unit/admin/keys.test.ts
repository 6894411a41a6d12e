import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KeysApi } from '../../../src/admin/keys/api.ts';
import { envLines, keyErrors, liveKitLines, regionsIn } from '../../../src/admin/keys/core/form.ts';
import { canOutlive, keyScopes, purposeOf, scopesFor } from '../../../src/admin/keys/core/scopes.ts';
import { KeysDesk } from '../../../src/admin/keys/desk.ts';
import { keysTexts } from '../../../src/admin/keys/text.ts';
import { refusal, scripted } from './scripted.ts';

const key = { id: 'MK1', name: 'office', scopes: ['meetings:read'], regions: [], createdAt: '2026-11-23T08:00:00Z' };
const secret = 'the-secret';

function scriptedDesk(answer: (method: string) => Response | object | undefined) {
  const { ports, asked, bodies } = scripted(answer);
  const keys = new KeysDesk(new KeysApi(ports), () => undefined);
  return { keys, asked, bodies, api: new KeysApi(ports) };
}

describe('the secret of a key', () => {
  it('is shown once: it disappears with its dialog, and no list contains it', async () => {
    const { keys, api, bodies } = scriptedDesk((method) => (method === 'POST' ? { ...key, secret } : { data: [key] }));
    keys.open({ kind: 'make' });
    await keys.make({ name: 'office', scopes: ['meetings:read'], regions: [] });
    keys.close('make'); // as the form does after success
    expect(keys.dialog.get()).toMatchObject({ kind: 'made', key: { secret } });
    expect(bodies).toEqual([{ name: 'office', scopes: ['meetings:read'] }]);
    keys.close('made');
    expect(keys.dialog.get()).toBeUndefined();
    expect(JSON.stringify([keys, await api.list()])).not.toContain(secret);
  });
  it('is part of the lines for a program', () => {
    expect(envLines({ id: 'MK1', secret }, 'https://meet.test')).toBe(
      'MERIDIAN_URL=https://meet.test\nMERIDIAN_API_KEY=MK1\nMERIDIAN_API_SECRET=the-secret',
    );
  });
  it('is part of the lines for LiveKit’s SDKs, whose URL is that of a WebSocket', () => {
    const lines = (url: string) => liveKitLines({ id: 'MK1', secret }, url).split('\n');
    expect(lines('https://meet.test')).toEqual([
      'LIVEKIT_URL=wss://meet.test',
      'LIVEKIT_API_KEY=MK1',
      'LIVEKIT_API_SECRET=the-secret',
    ]);
    expect(lines('http://127.0.0.1:7800')[0]).toBe('LIVEKIT_URL=ws://127.0.0.1:7800');
  });
});

describe('revoking', () => {
  it('a key asks for confirmation first', async () => {
    const { keys, asked } = scriptedDesk(() => undefined);
    await keys.revoke({ isLeaked: false });
    keys.open({ kind: 'make' });
    await keys.revoke({ isLeaked: false });
    keys.open({ kind: 'revoke', key });
    keys.close('revoke');
    await keys.revoke({ isLeaked: false });
    expect(asked).toEqual([]);
    keys.open({ kind: 'revoke', key });
    expect(asked).toEqual([]);
    await keys.revoke({ isLeaked: false });
    expect(asked).toEqual(['DELETE /keys/MK1']);
  });
  it('a leaked key ends its pushes, pulls and join links too', async () => {
    const { keys, asked } = scriptedDesk(() => undefined);
    keys.open({ kind: 'revoke', key });
    await keys.revoke({ isLeaked: true });
    expect(asked).toEqual(['DELETE /keys/MK1?streams=end']);
  });
  it('asks about a leak for each key that makes pushes, pulls or links, which could go on without it', () => {
    expect(keyScopes.filter((scope) => canOutlive([scope]))).toEqual(['rooms:join', 'links:write', 'live:admin']);
    expect([canOutlive(keyScopes), canOutlive(['meetings:read', 'audit:read'])]).toEqual([true, false]);
    expect(keysTexts.en.revokeLeakedHint).toContain('join links');
    expect(keysTexts.zh.revokeLeakedHint).toContain('入会链接');
  });
  it('a key keeps the dialog open when the API refuses', async () => {
    const { keys } = scriptedDesk(() => refusal('NOT_PERMITTED', 403));
    keys.open({ kind: 'revoke', key });
    await expect(keys.revoke({ isLeaked: false })).rejects.toMatchObject({ code: 'NOT_PERMITTED' });
    expect(keys.dialog.get()?.kind).toBe('revoke');
  });
});

describe('scopes', () => {
  it('on the page are those of the API, each with an explanation', () => {
    const file = join(import.meta.dirname, '../../../../api/openapi.json');
    const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, unknown> };
    const ofApi = JSON.stringify(paths['/api/v1/keys']).match(/"[a-z]+:[a-z]+"/g) ?? [];
    const apiScopes = new Set(ofApi.map((one) => one.slice(1, -1)));
    apiScopes.delete('keys:admin');
    expect([...apiScopes, 'keys:admin'].sort()).toEqual([...keyScopes].sort());
  });
  it('of a purpose are limited to those of the caller', () => {
    expect(scopesFor('all', ['rooms:join', 'operator'])).toEqual(['rooms:join']);
    expect(scopesFor('tokens', [])).toEqual([]);
  });
  it('select the purpose that they match', () => {
    for (const purpose of ['system', 'tokens', 'all'] as const)
      expect(purposeOf(scopesFor(purpose, keyScopes), keyScopes)).toBe(purpose);
    expect(purposeOf(['audit:read'], keyScopes)).toBe('own');
  });
});

describe('the form of a key', () => {
  const good = { name: 'office', scopes: ['rooms:join'], regions: '' } as const;
  it.each([
    ['no name', { ...good, name: ' ' }, ['name']],
    ['a long name', { ...good, name: 'n'.repeat(129) }, ['name']],
    ['no scope', { ...good, scopes: [] }, ['scopes']],
    ['a region with a slash', { ...good, regions: 'frankfurt, a/b' }, ['regions']],
    ['seventeen regions', { ...good, regions: Array.from({ length: 17 }, (_, at) => `r${at}`).join() }, ['regions']],
    ['all required fields', { ...good, regions: 'frankfurt,singapore' }, []],
  ])('with %s marks the invalid fields', (_, form, fields) => {
    expect(Object.keys(keyErrors(form))).toEqual(fields);
  });
  it('splits regions at any separator and drops duplicates', () => {
    expect(regionsIn(' frankfurt，singapore、 tokyo;frankfurt\n')).toEqual(['frankfurt', 'singapore', 'tokyo']);
    expect(regionsIn(' , ')).toEqual([]);
  });
});
