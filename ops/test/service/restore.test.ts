// The first server is lost, and made again from its back-up.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LoneHost } from '../support/lone-host.ts';

const WAIT = { timeout: 60_000, interval: 200 };
let host: LoneHost;
beforeAll(async () => {
  host = await LoneHost.open();
});
afterAll(() => host.close());

it('comes back from its back-up with its nodes, authority and users, also at other addresses, not from a damaged one', async () => {
  expect(await host.init()).toMatchObject({ code: 0 });
  const end = host.run();
  await vi.waitFor(async () => expect(await host.meridian('doctor')).toMatchObject({ code: 0 }), WAIT);
  const file = join(host.folder, 'saved.tgz');
  expect(await host.meridian('backup', file)).toMatchObject({ code: 0 });
  expect(await end()).toBe(0);
  renameSync(host.etc, join(host.folder, 'lost-etc'));
  renameSync(host.state, join(host.folder, 'lost-state'));
  writeFileSync(join(host.folder, 'cut.tgz'), 'not a back-up');
  expect(await host.meridian('restore', join(host.folder, 'cut.tgz'), '--no-start')).toEqual({
    code: 1,
    text: expect.stringContaining('BACKUP_DAMAGED'),
  });
  expect(existsSync(join(host.etc, 'host.yaml'))).toBe(false);
  const free = await host.program(
    "require('node:net').createServer().listen(20000, 'fd00::11', () => console.log('up'))",
  );
  const taken = /sfu-1 mediaListen: tcp \[fd00::11\]:20000: EADDRINUSE[\s\S]*PREFLIGHT_FAILED/;
  expect((await host.meridian('restore', file, '--no-start')).text).toMatch(taken);
  free();
  expect(existsSync(host.etc)).toBe(false);
  expect(await host.meridian('restore', file, '--no-start')).toMatchObject({ code: 0 });
  expect(await host.meridian('restore', file, '--no-start')).toEqual({
    code: 1,
    text: expect.stringContaining('HOST_EXISTS'),
  });
  const endAgain = host.run();
  await vi.waitFor(async () => expect(await host.meridian('doctor')).toMatchObject({ code: 0 }), WAIT);
  expect(await endAgain()).toBe(0);

  // Once more, on a machine with other addresses.
  renameSync(host.etc, join(host.folder, 'again-etc'));
  renameSync(host.state, join(host.folder, 'again-state'));
  const addresses = ['--address', '127.0.0.21', '--address', 'fd00::11', '--tls-address', '127.0.0.22'];
  expect(await host.meridian('restore', file, '--no-start', ...addresses)).toEqual({
    code: 0,
    text: expect.stringContaining('meridian node centre 127.0.0.21:7000'),
  });
  const set = readFileSync(join(host.etc, 'sfu-1.yaml'), 'utf8').replaceAll(/#.*/g, '');
  expect(set).toContain('127.0.0.22');
  expect(set).not.toMatch(/127\.0\.0\.1[12]/);
  const endMoved = host.run();
  await vi.waitFor(async () => expect(await host.meridian('doctor')).toMatchObject({ code: 0 }), WAIT);
  expect(await endMoved()).toBe(0);
});

it('a set-up that was cut short is begun again, with the authority that it had made', async () => {
  const sealed = () => readFileSync(join(host.state, 'scheduler/authority.sealed'), 'utf8');
  const before = sealed();
  rmSync(join(host.etc, 'host.yaml'));
  expect(await host.init()).toMatchObject({ code: 0 });
  expect(sealed()).toBe(before);
});
