// Tests certificate files of a running server: unusable files end a start, and never replace the files in use.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/clock.ts';
import { ConfigError } from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';
import {
  type CertifiedKey,
  createLocalAuthority,
  issueServerCertificate,
  SERVER_LIFETIME_MS,
} from '../../src/pki/local-authority.ts';
import { TlsFiles } from '../../src/tls-files.ts';

const startMs = Date.now();
const ip = '192.168.1.5';
const lines: string[] = [];
const log = createLogger({
  name: 'test',
  level: 'info',
  destination: { write: (line: string) => void lines.push(line) },
});
let folder = '';
let clock: ManualClock;
let authority: CertifiedKey;
const file = (name: string): string => join(folder, name);
const write = (pair: CertifiedKey): void => {
  writeFileSync(file('server.key'), pair.keyPem);
  writeFileSync(file('server.crt'), pair.certPem);
};
const issue = (nowMs = startMs): Promise<CertifiedKey> => issueServerCertificate(authority, { ip, nowMs });
const names = () => ({ tlsCertFile: file('server.crt'), tlsKeyFile: file('server.key') });

beforeEach(async () => {
  lines.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'meridian-tls-'));
  clock = new ManualClock({ wallMs: startMs });
  authority = await createLocalAuthority({ name: 'test', nowMs: startMs });
  write(await issue());
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Returns the key at fault when the files are loaded; undefined when they are usable. */
function fault(given: { tlsCertFile?: string; tlsKeyFile?: string }): string | undefined {
  try {
    TlsFiles.load(given, clock);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).not.toContain('PRIVATE KEY');
    return error.issues[0]?.key;
  }
}

describe('certificate files at the start', () => {
  it('are undefined where none is configured', () => expect(TlsFiles.load({}, clock)).toBeUndefined());

  it('are refused, by their key, when they cannot be used', async () => {
    const { tlsCertFile, tlsKeyFile } = names();
    expect(fault(names())).toBeUndefined();
    expect(fault({ tlsCertFile })).toBe('tlsKeyFile');
    expect(fault({ tlsKeyFile })).toBe('tlsCertFile');
    expect(fault({ tlsCertFile: file('nothing'), tlsKeyFile })).toBe('tlsCertFile');
    expect(fault({ tlsCertFile, tlsKeyFile: file('nothing') })).toBe('tlsKeyFile');
    expect(fault({ tlsCertFile: tlsKeyFile, tlsKeyFile })).toBe('tlsCertFile');
    expect(fault({ tlsCertFile, tlsKeyFile: tlsCertFile })).toBe('tlsKeyFile');
    writeFileSync(file('server.key'), (await issue()).keyPem);
    expect(fault(names())).toBe('tlsKeyFile');
  });

  it('are refused when the certificate has expired or is not valid yet', async () => {
    write(await issue(startMs - SERVER_LIFETIME_MS - 1000));
    expect(fault(names())).toBe('tlsCertFile');
    write(await issue(startMs + 2 * 3600_000));
    expect(fault(names())).toBe('tlsCertFile');
  });
});

describe('certificate files of a server that runs', () => {
  let server: Server;
  let tls: TlsFiles;
  let watch: { close(): void };
  beforeEach(async () => {
    tls = TlsFiles.load(names(), clock) ?? expect.unreachable();
    server = createServer({ cert: tls.cert, key: tls.key });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    watch = tls.watch([server], log);
  });
  afterEach(() => {
    watch.close();
    server.close();
  });
  /** Returns the serial number of the certificate that the server shows now. */
  const shown = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const socket = connect(
        { port, host: '127.0.0.1', ca: authority.certPem, checkServerIdentity: () => undefined },
        () => {
          resolve(socket.getPeerCertificate().serialNumber);
          socket.destroy();
        },
      );
      socket.once('error', reject);
    });

  it('are loaded after their renewal, without a restart', async () => {
    const before = await shown();
    write(await issue());
    clock.advance(2000);
    const after = await shown();
    expect(after).not.toBe(before);
    expect(tls.notAfterMs).toBeGreaterThan(startMs);
  });

  it('stay unused, with one log line, while they are half written, damaged or expired', async () => {
    const before = await shown();
    const next = await issue();
    writeFileSync(file('server.key'), next.keyPem);
    clock.advance(2000);
    clock.advance(2000);
    expect(await shown()).toBe(before);
    expect(lines.filter((line) => line.includes('stays'))).toHaveLength(1);
    writeFileSync(file('server.crt'), 'torn');
    clock.advance(2000);
    write(await issue(startMs - SERVER_LIFETIME_MS - 1000));
    clock.advance(2000);
    expect(await shown()).toBe(before);
    expect(lines.filter((line) => line.includes('stays'))).toHaveLength(3);
    write(next);
    clock.advance(2000);
    expect(await shown()).not.toBe(before);
  });

  it('are not read any more when the watch is closed', async () => {
    const before = await shown();
    watch.close();
    write(await issue());
    clock.advance(10_000);
    expect(await shown()).toBe(before);
  });
});
