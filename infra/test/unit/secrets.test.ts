import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { loadSecrets, replaceDevKey } from '../../local/state.ts';

const word = 'w'.repeat(43);
const older = { clusterToken: word, clusterSecret: word, devKey: { key: 'devkey', secret: word } };

describe('the secrets of the local cloud', () => {
  let dir = '';
  let file = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'meridian-secrets-'));
    file = join(dir, 'secrets.json');
    onTestFinished(() => rmSync(dir, { recursive: true }));
  });

  it('are made once, and only their user can read them', () => {
    const secrets = loadSecrets(dir);
    expect(secrets).toMatchObject({ devKey: { key: 'devkey' }, operatorKey: { key: 'operator' } });
    expect(new Set([secrets.sealSecret, secrets.devKey.secret, secrets.operatorKey.secret]).size).toBe(3);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(loadSecrets(dir)).toEqual(secrets);
  });

  it('are kept from a version without REST, and the missing secrets are added for good', () => {
    writeFileSync(file, JSON.stringify(older));
    const secrets = loadSecrets(dir);
    expect(secrets).toMatchObject(older);
    expect(secrets.sealSecret.length).toBeGreaterThanOrEqual(32);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(secrets);
  });

  it('get another devKey from the next start on when theirs was revoked, once', () => {
    const secrets = loadSecrets(dir);
    expect(replaceDevKey(dir, 'another')).toBe(false);
    expect(loadSecrets(dir)).toEqual(secrets);
    expect([replaceDevKey(dir, 'devkey'), replaceDevKey(dir, 'devkey')]).toEqual([true, false]);
    const { devKey, ...rest } = loadSecrets(dir);
    expect(devKey.key).toMatch(/^devkey-[0-9a-f]{8}$/);
    expect(devKey.secret).not.toBe(secrets.devKey.secret);
    expect({ ...rest, devKey: secrets.devKey }).toEqual(secrets);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each([
    { what: 'torn', text: '{"clusterTok', says: 'cannot be read' },
    { what: 'not an object', text: 'null', says: 'is incomplete' },
    { what: 'without a secret', text: JSON.stringify({ ...older, devKey: { key: 'devkey' } }), says: 'is incomplete' },
    { what: 'with a short secret', text: JSON.stringify({ ...older, sealSecret: 'short' }), says: 'is incomplete' },
  ])('give an error with a remedy when they are $what', ({ text, says }) => {
    writeFileSync(file, text);
    expect(() => loadSecrets(dir)).toThrow(new RegExp(`${says}.*delete the folder`));
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
