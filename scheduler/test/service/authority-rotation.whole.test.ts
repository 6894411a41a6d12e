import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createCsr,
  createLogger,
  type KeyValue,
  ManualClock,
  memoryKeyValue,
  verifyCertificate,
} from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClusterAuthority } from '../../src/adapters/authority-file.ts';
import './support/scrypt-once.ts';

const secret = 'a cluster secret of at least thirty-two characters';
const clock = new ManualClock();
const nowMs = clock.wallMs();
let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'meridian-authority-'));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

const openAuthority = (o: { secret: string; secretBefore?: string; shared?: KeyValue } = { secret }) => {
  const log = createLogger({ name: 'test', level: 'silent' });
  return ClusterAuthority.open({ stateDir, clock, log, ...o });
};

describe('while the certificate authority is replaced', () => {
  const inFile = () => readFileSync(join(stateDir, 'authority.sealed'), 'utf8').trim();
  const store = () => memoryKeyValue({ clock, maxEntries: 10 });
  const leaf = { id: 'sfu-1', kind: 'sfu', region: 'eu' };
  const sign = async (by: ClusterAuthority) => {
    const { csrPem } = await createCsr(leaf);
    return (await by.issue({ csrPem, identity: leaf, ttlMs: 60_000 })).certPem;
  };
  const stateOf = ({ step, fingerprint, nextFingerprint, fingerprints }: ClusterAuthority) =>
    [step, fingerprint, nextFingerprint, fingerprints.join()] as const;

  test('the old authority signs until `switch` and certifies centres until `end`, over a restart between steps too', async () => {
    const first = await openAuthority();
    const [oldPem, old] = [first.caPem, first.fingerprint];
    const ownOf = (by: ClusterAuthority) => by.issueCredentials({ ...leaf, kind: 'scheduler' }, 60_000);
    const isOf = async (by: ClusterAuthority, caPem: string) => {
      const [cert, own] = [await sign(by), await ownOf(by)];
      expect(own.caPem).toBe(by.caPem);
      for (const pem of [cert, own.certPem]) expect(verifyCertificate(pem, by.caPem, nowMs)).toBeDefined();
      return [cert, own.certPem].map((pem) => verifyCertificate(pem, caPem, nowMs) !== undefined);
    };
    expect(await first.advance('begin')).toBe(true);
    const begun = await openAuthority();
    const next = begun.nextFingerprint ?? '';
    expect(stateOf(begun)).toEqual(['begin', old, next, `${old},${next}`]);
    expect(stateOf(begun)).toEqual(stateOf(first));
    expect(await isOf(begun, oldPem)).toEqual([true, true]);

    expect(await begun.advance('switch')).toBe(true);
    const switched = await openAuthority();
    expect(stateOf(switched)).toEqual(['switch', old, next, `${next},${old}`]);
    expect(await isOf(switched, oldPem)).toEqual([false, true]);

    expect(await switched.advance('end')).toBe(true);
    const ended = await openAuthority();
    expect(stateOf(ended)).toEqual(['single', next, undefined, next]);
    expect(await isOf(ended, oldPem)).toEqual([false, false]);
  });

  test('each step reaches the other centres, also a centre that was off and starts with its older folder', async () => {
    const shared = store();
    const leader = await openAuthority({ secret, shared });
    const oldFolder = inFile();
    const standby = await openAuthority({ secret, shared });
    let changes = 0;
    standby.onChange(async () => {
      changes += 1;
    });
    for (const step of ['begin', 'switch', 'end'] as const) {
      expect(await leader.advance(step)).toBe(true);
      await standby.sync();
      expect(stateOf(standby)).toEqual(stateOf(leader));
      if (step === 'end') continue;
      writeFileSync(join(stateDir, 'authority.sealed'), oldFolder);
      expect(stateOf(await openAuthority({ secret, shared }))).toEqual(stateOf(leader));
    }
    expect(changes).toBe(3);
    // The folder shares no authority with the store any more: an administrator has to decide which one counts.
    writeFileSync(join(stateDir, 'authority.sealed'), oldFolder);
    await expect(openAuthority({ secret, shared })).rejects.toMatchObject({ code: 'PKI_SEAL_INVALID' });
  });

  test('the cluster secret may be replaced too: both authorities are sealed anew, and centres of either secret agree', async () => {
    const shared = store();
    const nextSecret = `${secret} of tomorrow`;
    const old = await openAuthority({ secret, secretBefore: nextSecret, shared });
    await old.advance('begin');
    const anew = await openAuthority({ secret: nextSecret, secretBefore: secret, shared });
    expect(stateOf(anew)).toEqual(stateOf(old));
    expect(await shared.get('authority')).toBe(anew.sealed);
    await old.sync();
    expect(await shared.get('authority')).toBe(anew.sealed);
    expect(await old.advance('switch')).toBe(true);
    await anew.sync();
    expect(stateOf(anew)).toEqual(stateOf(old));
    expect(stateOf(await openAuthority({ secret: nextSecret, secretBefore: secret, shared }))).toEqual(stateOf(old));
    expect(stateOf(await openAuthority({ secret: nextSecret, shared }))).toEqual(stateOf(old));
  });
});
