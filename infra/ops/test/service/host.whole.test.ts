import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@meridian/api-client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LoneHost } from '../support/lone-host.ts';

const WAIT = { timeout: 180_000, interval: 200 };
const API = 'http://127.0.0.1:7810';
let host: LoneHost;
beforeAll(async () => {
  host = await LoneHost.open();
});
afterAll(() => host.close());

it('`meridian node` on a machine that is no host yet explains how to begin', async () => {
  for (const command of ['run', 'drain', 'restart']) {
    const { code, text } = await host.meridian(command);
    expect([command, code, text]).toEqual([command, 1, expect.stringContaining('HOST_MISSING')]);
  }
  const { code, text } = await host.meridian('join', 'meridian-join:nothing');
  expect([code, text]).toEqual([2, expect.stringContaining('LINE_INVALID')]);
});

it('a taken port ends the set-up before anything is written', async () => {
  const taken: [number, string][] = [
    [7810, '127.0.0.1'],
    [443, '127.0.0.12'],
    [20_000, 'fd00::11'],
  ];
  const listen = ([port, ip]: [number, string]): string =>
    `require('node:net').createServer().listen(${port}, '${ip}')`;
  const free = await host.program(`${taken.map(listen).join('; ')}.on('listening', () => console.log('up'))`);
  const { code, text } = await host.init();
  free();
  expect(code).toBe(1);
  for (const says of ['api httpListen: tcp 127.0.0.1:7810', 'sfu-1 mediaListen: tcp 127.0.0.12:443'])
    expect(text).toContain(`${says}: EADDRINUSE`);
  expect(text).toMatch(/sfu-1 mediaListen: tcp \[fd00::11\]:20000: EADDRINUSE[\s\S]*PREFLIGHT_FAILED/);
  expect(existsSync(host.etc)).toBe(false);
});

it('a host is set up once, runs, is healthy, and ends in order', async () => {
  expect(await host.init()).toMatchObject({ code: 0 });
  expect(await host.init()).toEqual({ code: 1, text: expect.stringContaining('HOST_EXISTS') });
  const end = host.run();
  await vi.waitFor(async () => {
    const { code, text } = await host.meridian('doctor');
    expect(text).toContain('ok    the centre sees 7 nodes of all hosts');
    expect(text).toContain('ok    all configuration files are good');
    expect(text).toContain('ok    all 9 services listen');
    expect(code).toBe(0);
  }, WAIT);
  await firstAdministrator();
  expect(await host.meridian('authority')).toMatchObject({ code: 0, text: expect.stringContaining('one authority') });
  const early = await host.meridian('authority', 'switch');
  expect(early).toEqual({
    code: 1,
    text: expect.stringMatching(/OUT_OF_ORDER.+the next one is begin[\s\S]+→ do first/),
  });
  expect(await host.meridian('authority', 'begun')).toMatchObject({ code: 2 });
  expect(await end()).toBe(0);
});

/** Checks that the real api makes the link, which opens, works once, and makes an operator. */
async function firstAdministrator(): Promise<void> {
  const fetch = (request: Request): Promise<Response> => host.fetch(request);
  const [, apiKey, apiSecret] = /API_KEY=(.+)\n.+API_SECRET=(.+)\n/.exec((await host.meridian('env')).text) ?? [];
  const byKey = createClient({ url: API, apiKey: `${apiKey}`, apiSecret: `${apiSecret}`, fetch });
  const params = { path: { tenant: 'main' } };
  await expect(byKey.post('/tenants/{tenant}/admin-link', { params })).rejects.toMatchObject({ code: 'NOT_PERMITTED' });
  const first = await host.meridian('admin-link');
  expect(first).toEqual({ code: 0, text: expect.stringMatching(/^https:\/\/meet\.example\.org\/setup\/[\w-]{22}\n$/) });
  const { code, text } = await adminLinkInPod();
  expect([code, text]).toEqual([0, expect.stringContaining('/setup/')]);
  const page = createClient({ url: API, fetch });
  const link = text.trim().slice(-22);
  const target = await page.post('/setup/look', { body: { code: link } });
  expect(target).toMatchObject({ kind: 'firstAdmin', tenantName: 'Main', email: 'ann@example.org' });
  const use = (code: string) => {
    const body = { code, email: 'ann@example.org', name: 'Ann', password: 'a long and unusual sentence' };
    return page.post('/setup', { body, headers: { origin: 'https://meet.example.org' } });
  };
  await expect(use(first.text.trim().slice(-22))).rejects.toMatchObject({ code: 'LINK_INVALID' });
  expect(await use(link)).toMatchObject({ tenant: 'main', role: 'operator', ofOperators: true });
  await expect(use(link)).rejects.toMatchObject({ code: 'LINK_INVALID' });
  const late = await host.meridian('admin-link');
  expect(late).toEqual({ code: 1, text: expect.stringContaining('(TENANT_HAS_USERS)') });
  const unknown = await host.meridian('admin-link', '--tenant', 'hooli');
  expect(unknown).toEqual({ code: 1, text: expect.stringContaining('(NOT_FOUND)') });
}

/** Runs like `kubectl exec`: secrets and the address are elsewhere, and the file shared by nodes has another name. */
async function adminLinkInPod() {
  const [etc, secretFile] = [join(host.folder, 'config'), join(host.folder, 'operator')];
  mkdirSync(etc);
  const text = readFileSync(join(host.etc, 'api.yaml'), 'utf8');
  const [, secret = ''] = /^operatorKey:[\s\S]*?^ +secret: (\S+)$/m.exec(text) ?? [];
  writeFileSync(secretFile, `${secret}\n`);
  const moved = text.replace(secret, `\${file:${secretFile}}`).replace('ip: 127.0.0.1', `ip: \${env:ADDRESS}`);
  expect(moved).toMatch(/ip: \$\{env:ADDRESS\}[\s\S]+secret: \$\{file:/);
  writeFileSync(join(etc, 'api.yaml'), moved);
  return host.meridianWith({ ADDRESS: '127.0.0.1' }, '--etc', etc, 'admin-link', '--email', 'Ann@example.org');
}
