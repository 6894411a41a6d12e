// A machine becomes a host by `meridian node init`, and its services run.
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LoneHost } from '../support/lone-host.ts';

const WAIT = { timeout: 60_000, interval: 200 };
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
  const listen = `require('node:net').createServer().listen(7810, '127.0.0.1', () => console.log('up'))`;
  const free = await host.program(listen);
  const { code, text } = await host.init();
  free();
  const says = /api httpListen: tcp 127\.0\.0\.1:7810: EADDRINUSE[\s\S]*PREFLIGHT_FAILED/;
  expect([code, text]).toEqual([1, expect.stringMatching(says)]);
  expect(existsSync(host.etc)).toBe(false);
});

it('is set up once, runs, is well, and ends in order', async () => {
  expect(await host.init()).toMatchObject({ code: 0 });
  expect(await host.init()).toEqual({ code: 1, text: expect.stringContaining('HOST_EXISTS') });
  const end = host.run();
  await vi.waitFor(async () => {
    const { code, text } = await host.meridian('doctor');
    expect(text).toContain('ok    the centre sees 5 nodes of all hosts');
    expect(text).toContain('ok    all configuration files are good');
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
