import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, type KeyValue, ManualClock, memoryKeyValue } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClusterAuthority } from '../../src/adapters/authority-file.ts';

const secret = 'a cluster secret of at least thirty-two characters';
let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'meridian-authority-'));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

const open = (o: { secret: string; secretBefore?: string; shared?: KeyValue } = { secret }) => {
  const log = createLogger({ name: 'test', level: 'silent' });
  return ClusterAuthority.open({ stateDir, clock: new ManualClock(), log, ...o });
};

describe('the certificate authority in the state folder', () => {
  test.each<[string, (sealed: string) => string, string]>([
    ['empty', () => '', secret],
    ['truncated', (sealed) => sealed.slice(0, 200), secret],
    ['of another cluster secret', (sealed) => sealed, `${secret}!`],
  ])('that is %s is not replaced: the error names the file and the way out', async (_what, damage, secretNow) => {
    await open();
    const file = join(stateDir, 'authority.sealed');
    const damaged = damage(readFileSync(file, 'utf8'));
    writeFileSync(file, damaged);
    await expect(open({ secret: secretNow })).rejects.toMatchObject({
      code: 'PKI_SEAL_INVALID',
      message: expect.stringMatching(/authority\.sealed: .+; bring it back with its secret, or delete it: /),
    });
    expect(readFileSync(file, 'utf8')).toBe(damaged);
  });

  test('is the same after a restart, and another one when the file was deleted', async () => {
    const first = await open();
    expect((await open()).fingerprint).toBe(first.fingerprint);
    rmSync(join(stateDir, 'authority.sealed'));
    expect((await open()).fingerprint).not.toBe(first.fingerprint);
  });
});

describe('while the cluster secret is replaced, the certificate authority', () => {
  const next = `${secret} of tomorrow`;
  const inFile = () => readFileSync(join(stateDir, 'authority.sealed'), 'utf8').trim();

  test('of neither secret is not replaced', async () => {
    await open();
    const before = inFile();
    await expect(open({ secret: next, secretBefore: `${secret}!` })).rejects.toMatchObject({
      code: 'PKI_SEAL_INVALID',
      message: expect.stringMatching(/authority\.sealed: .+; bring it back with its secret/),
    });
    expect(inFile()).toBe(before);
  });

  test('stays the same, is sealed anew, and opens by the new secret alone afterwards', async () => {
    const { fingerprint } = await open();
    expect((await open({ secret: next, secretBefore: secret })).fingerprint).toBe(fingerprint);
    expect((await open({ secret: next })).fingerprint).toBe(fingerprint);
    await expect(open()).rejects.toMatchObject({ code: 'PKI_SEAL_INVALID' });
  });

  test('stays the same at several centres that start again one after another, in any state of folder and store', async () => {
    const shared = memoryKeyValue({ clock: new ManualClock(), maxEntries: 10 });
    const first = await open({ secret, shared });
    const folder = inFile();
    // One centre has sealed store and folder anew; the next one's folder is still of the old secret.
    const anew = await open({ secret: next, secretBefore: secret, shared });
    expect(await shared.get('authority')).toBe(anew.sealed);
    writeFileSync(join(stateDir, 'authority.sealed'), folder);
    const second = await open({ secret: next, secretBefore: secret, shared });
    expect([second.sealed, inFile()]).toEqual([anew.sealed, anew.sealed]);
    // A centre of the old secret, still up, has written it again into a store that lost its memory.
    await shared.set('authority', folder);
    expect((await open({ secret: next, secretBefore: secret, shared })).fingerprint).toBe(first.fingerprint);
    const last = await open({ secret: next, shared });
    expect(last.fingerprint).toBe(first.fingerprint);
    expect(await shared.get('authority')).toBe(inFile());
  });
});
