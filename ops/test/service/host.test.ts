// A machine becomes a host by `meridian node init`, and its services run.
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LoneHost } from '../support/lone-host.ts';

const WAIT = { timeout: 180_000, interval: 200 };
let host: LoneHost;
beforeAll(async () => {
  host = await LoneHost.open();
});
afterAll(() => host.close());

it('a machine that is no host yet says how to begin', async () => {
  for (const command of ['run', 'drain', 'restart']) {
    const { code, text } = await host.meridian(command);
    expect([command, code, text]).toEqual([command, 1, expect.stringContaining('HOST_MISSING')]);
  }
  const { code, text } = await host.meridian('join', 'meridian-join:nothing');
  expect([code, text]).toEqual([2, expect.stringContaining('LINE_INVALID')]);
});

it('a port that is taken ends the set-up before anything is written', async () => {
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

it('is set up once, runs, is well, and ends in order', async () => {
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
  expect(await host.meridian('authority')).toMatchObject({ code: 0, text: expect.stringContaining('one authority') });
  const early = await host.meridian('authority', 'switch');
  expect(early).toEqual({
    code: 1,
    text: expect.stringMatching(/OUT_OF_ORDER.+the next one is begin[\s\S]+→ do first/),
  });
  expect(await host.meridian('authority', 'begun')).toMatchObject({ code: 2 });
  expect(await end()).toBe(0);
});
