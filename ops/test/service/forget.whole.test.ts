// A second host is lost for good: what it had lets it in no more.
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LoneHost } from '../support/lone-host.ts';

const WAIT = { timeout: 180_000, interval: 200 };
let first: LoneHost;
let second: LoneHost;
beforeAll(async () => {
  [first, second] = await LoneHost.openTwo();
});
afterAll(async () => {
  await second.close();
  await first.close();
});

const invited = async (): Promise<string> => {
  const { text } = await first.meridian('invite', '--region', 'singapore', '--domain', 'sgp.example.org');
  return /'(meridian-join:[^']+)'/.exec(text)?.[1] ?? text;
};

/** What the centre answers to a media node of the second host that asks for a new certificate by its old key. */
async function renewal(): Promise<string> {
  const runtime = join(import.meta.dirname, '../../../runtime/src/index.ts');
  const script = `
    const { CredentialStore, renewLapsed, systemClock } = await import('${runtime}');
    const credentials = new CredentialStore('${join(second.state, 'sfu-1/credentials.json')}').load();
    const o = { urls: ['https://[fd77::1]:7000'], credentials, deadlineMs: 10_000, clock: systemClock() };
    const say = ({ identity, code }) => console.log(code ?? 'renewed ' + identity.id);
    await renewLapsed(o).then(say, say);`;
  return (await second.exec([process.execPath, '--input-type=module', '-e', script])).text;
}

it('is refused with the disk that it had, while the same machine joins anew', async () => {
  expect(await first.init()).toMatchObject({ code: 0 });
  first.run();
  await vi.waitFor(async () => expect(await first.meridian('doctor')).toMatchObject({ code: 0 }), WAIT);
  expect(await second.join(await invited())).toMatchObject({ code: 0 });
  const end = second.run();
  const wellWith = (nodes: number) =>
    vi.waitFor(async () => {
      const { code, text } = await second.meridian('doctor');
      expect(text).toContain('ok    all 6 services listen');
      expect(code).toBe(0);
      expect((await first.meridian('doctor')).text).toContain(`the centre sees ${nodes} nodes`);
    }, WAIT);
  await wellWith(13);
  expect(await renewal()).toContain('renewed sfu-singapore-1-1');
  const alive = await first.meridian('forget', 'singapore-1');
  expect(alive).toEqual({ code: 1, text: expect.stringContaining('HOST_ALIVE') });
  expect(await first.meridian('forget', 'singapore-9')).toMatchObject({
    code: 1,
    text: expect.stringContaining('HOST_UNKNOWN'),
  });
  expect(await first.meridian('forget', 'singapore-1', '--force')).toMatchObject({ code: 0 });
  expect(readFileSync(join(first.etc, 'web.yaml'), 'utf8')).not.toContain('sgp.example.org');
  expect(await end()).toBe(0);
  expect(await renewal()).toContain('RENEWAL_DENIED');
  expect(await first.meridian('forget', 'singapore-1')).toMatchObject({ code: 0 });

  renameSync(second.etc, join(second.folder, 'lost-etc'));
  renameSync(second.state, join(second.folder, 'lost-state'));
  const joined = await second.join(await invited());
  expect(joined).toMatchObject({ code: 0, text: expect.stringContaining('this host is singapore-2') });
  second.run();
  await vi.waitFor(async () => expect(await second.meridian('doctor')).toMatchObject({ code: 0 }), WAIT);
  expect(readFileSync(join(first.etc, 'web.yaml'), 'utf8')).toContain('sgp.example.org');
});
