import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeCredentials } from '../../local/credentials.ts';
import { foreignCredentials as foreignKit, issuedMs, ownCredentials } from '../support/credentials.ts';
import { temporaryTree } from '../support/tree.ts';

const hourMs = 3_600_000;
const id = 'sfu-fra-1';
const validFile = ownCredentials.file;
const foreign = foreignKit.file;

function judge(content: string, o: { id?: string; fingerprint?: string | undefined; laterMs?: number } = {}) {
  const file = join(temporaryTree(), 'credentials.json');
  writeFileSync(file, content);
  const authorityFingerprint = 'fingerprint' in o ? o.fingerprint : ownCredentials.fingerprint;
  return judgeCredentials(file, {
    id: o.id ?? id,
    authorityFingerprint,
    nowMs: issuedMs + (o.laterMs ?? 0),
  });
}

describe('credentials of the local cloud', () => {
  it.each<[string, () => string]>([
    ['empty', () => ''],
    ['truncated', () => JSON.stringify(validFile).slice(0, 100)],
    ['null', () => 'null'],
    ['without a key', () => JSON.stringify({ ...validFile, keyPem: undefined })],
    ['with half a key', () => JSON.stringify({ ...validFile, keyPem: validFile.keyPem.slice(0, 60) })],
    ['with an invalid certificate', () => JSON.stringify({ ...validFile, certPem: 'x' })],
    ['without a date', () => JSON.stringify({ ...validFile, notAfterMs: 'soon' })],
  ])('count as damaged when they are %s', (_what, content) => {
    expect(judge(content())).toEqual({ usable: false, why: 'is damaged' });
  });

  it.each<[string, () => object]>([
    ['key', () => ({ keyPem: foreign.keyPem })],
    ['CA', () => ({ caPem: foreign.caPem })],
  ])('count as damaged with the %s of another node', (_what, change) => {
    expect(judge(JSON.stringify({ ...validFile, ...change() }))).toEqual({
      usable: false,
      why: 'is damaged: key, certificate and CA do not belong together',
    });
  });

  it('are recognised as another authority’s by the fingerprint of the running centre', () => {
    expect(judge(JSON.stringify(foreign))).toEqual({
      usable: false,
      why: 'is of another certificate authority than the centre’s',
    });
    expect(judge(JSON.stringify(foreign), { fingerprint: undefined })).toEqual({ usable: true });
  });

  it('are valid by either of two authorities during a replacement', () => {
    const caPem = foreign.caPem + validFile.caPem;
    for (const { fingerprint } of [ownCredentials, foreignKit])
      expect(judge(JSON.stringify({ ...validFile, caPem }), { fingerprint })).toEqual({ usable: true });
  });

  it('are refused when they belong to another node', () => {
    expect(judge(JSON.stringify(validFile), { id: 'sfu-fra-2' })).toEqual({
      usable: false,
      why: 'is not of sfu-fra-2 (CN=sfu-fra-1)',
    });
  });

  it('are valid until four hours are left, and need no explanation afterwards or before the first start', () => {
    const text = JSON.stringify(validFile);
    expect(judge(text)).toEqual({ usable: true });
    expect(judge(text, { laterMs: 20 * hourMs - 2000 })).toEqual({ usable: true });
    expect(judge(text, { laterMs: 20 * hourMs + 2000 })).toEqual({ usable: false, why: undefined });
    const o = { id, authorityFingerprint: undefined, nowMs: 0 };
    expect(judgeCredentials(join(temporaryTree(), 'none.json'), o)).toEqual({ usable: false, why: undefined });
  });

  it('are reported with the reason when they cannot be read', () => {
    const o = { id, authorityFingerprint: undefined, nowMs: 0 };
    expect(judgeCredentials(temporaryTree(), o)).toEqual({
      usable: false,
      why: expect.stringMatching(/^cannot be read \(EISDIR/),
    });
  });
});
