import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, ManualClock } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openAuthority } from '../../src/adapters/authority-file.ts';

const secret = 'a cluster secret of at least thirty-two characters';
let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'meridian-authority-'));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

const open = (o: { secret: string } = { secret }) => {
  const log = createLogger({ name: 'test', level: 'silent' });
  return openAuthority({ stateDir, clock: new ManualClock(), log, ...o });
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
    expect((await open()).authority.fingerprint).toBe(first.authority.fingerprint);
    rmSync(join(stateDir, 'authority.sealed'));
    expect((await open()).authority.fingerprint).not.toBe(first.authority.fingerprint);
  });
});
