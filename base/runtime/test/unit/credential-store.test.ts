import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Authority, CredentialStore, type Credentials, ManualClock } from '@meridian/runtime';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collectingLog } from '../support/log.ts';

let credentials: Credentials;
let folder: string;
let file: string;
beforeAll(async () => {
  const authority = await Authority.create({ clock: new ManualClock() });
  credentials = await authority.issueCredentials({ id: 'node-1', kind: 'leaf', region: 'eu' }, 3_600_000);
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-credentials-'));
  file = join(folder, 'state', 'credentials.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a credential store', () => {
  it.each<[string, (good: Credentials) => string]>([
    ['nothing', () => ''],
    ['half of it', (good) => JSON.stringify(good).slice(0, 100)],
    ['null', () => 'null'],
    ['a list', () => '[]'],
    ['no key', (good) => JSON.stringify({ ...good, keyPem: undefined })],
    ['an invalid certificate', (good) => JSON.stringify({ ...good, certPem: 'x' })],
    ['an invalid date', (good) => JSON.stringify({ ...good, notAfterMs: 'soon' })],
    ['a certificate without identity', (good) => JSON.stringify({ ...good, certPem: good.caPem })],
  ])('treats a file with %s as absent, warns, and does not repeat its text', (_what, content) => {
    mkdirSync(dirname(file));
    writeFileSync(file, content(credentials));
    const { log, lines } = collectingLog();
    expect(new CredentialStore(file, log).load()).toBeUndefined();
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        code: 'PKI_BAD_CREDENTIALS',
        msg: 'credentials.json does not hold credentials; going on without',
      }),
    ]);
    expect(Object.keys(lines[0] ?? {}).sort()).toEqual(['code', 'level', 'msg', 'name', 'pid', 'time']);
  });

  it('warns on the process when it has no log', async () => {
    mkdirSync(dirname(file));
    writeFileSync(file, '{');
    const warned = once(process, 'warning');
    expect(new CredentialStore(file).load()).toBeUndefined();
    expect(await warned).toEqual([expect.objectContaining({ code: 'PKI_BAD_CREDENTIALS' })]);
  });

  it('takes the identity from the certificate, not from the text beside it', () => {
    mkdirSync(dirname(file));
    writeFileSync(file, JSON.stringify({ ...credentials, identity: { id: 'admin', kind: 'hub', region: 'us' } }));
    expect(new CredentialStore(file).load()).toEqual(credentials);
  });

  it('is empty before the first save', () => {
    expect(new CredentialStore(file).load()).toBeUndefined();
  });

  it('throws when it cannot read the file', () => {
    expect(() => new CredentialStore(folder).load()).toThrow(/EISDIR/);
  });

  it('returns the last saved credentials, readable by the owner alone, with nothing left beside them', () => {
    const store = new CredentialStore(file);
    store.save({ ...credentials, notAfterMs: 1 });
    chmodSync(file, 0o644);
    writeFileSync(join(dirname(file), `.credentials.json.${process.pid}.new`), 'left by a crash', { mode: 0o644 });
    store.save(credentials);
    expect(store.load()).toEqual(credentials);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(file))).toEqual(['credentials.json']);
    expect(readFileSync(file, 'utf8').endsWith('\n')).toBe(true);
  });
});
