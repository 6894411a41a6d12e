// Files of a first server for other addresses: values of `init`, and values changed by hand.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeMoved } from '../../src/commands/backup.ts';
import type { Context } from '../../src/context.ts';
import type { Addresses, Host } from '../../src/core/host.ts';
import { addressForms, hostOf, writtenHost } from '../support/host-files.ts';

const names = ['host', 'scheduler', 'signaling', 'sfu-1', 'sfu-2', 'edge-probe', 'gateway', 'api', 'web'];
const files = [...names.map((name) => `${name}.yaml`), 'nginx.conf'];
let folder = '';
let other = '';
let said: string[] = [];
beforeEach(() => {
  [folder, other] = [mkdtempSync(join(tmpdir(), 'meridian-move-')), mkdtempSync(join(tmpdir(), 'meridian-move-'))];
  said = [];
});
afterEach(() => {
  for (const each of [folder, other]) rmSync(each, { recursive: true });
});

const read = (file: string, where = folder): string => readFileSync(join(where, file), 'utf8');
const move = (to: Addresses): void => {
  const context = { folders: { etc: '', state: '/var/lib/meridian' }, out: (text: string) => void said.push(text) };
  writeMoved(folder, to, context as unknown as Context);
};
/** The own centre comes first; the standby keeps its address. */
const hostAt = (addresses: Addresses): Host => {
  const inner = addresses.private ?? addresses.local;
  const own = `${inner.includes(':') ? `[${inner}]` : inner}:7000`;
  return Object.assign(hostOf(addresses), { centres: [own, '198.51.100.99:7000'] });
};

const pairs = Object.entries(addressForms).flatMap(([from, one]) =>
  Object.entries(atOtherAddresses(addressForms)).map(([to, now]): [string, string, Addresses, Addresses] => [
    from,
    to,
    one,
    now,
  ]),
);
function atOtherAddresses(all: typeof addressForms): Record<string, Addresses> {
  const text = JSON.stringify(all).replaceAll('203.0.113.', '198.51.100.').replaceAll('10.0.0.', '10.9.0.');
  return JSON.parse(text.replaceAll('2001:db8::', '2001:db8:9::')) as Record<string, Addresses>;
}

it.each(pairs)('%s becomes %s: every file is as `init` writes it there', (_from, _to, from, to) => {
  writtenHost(hostAt(from), folder);
  writtenHost(hostAt(to), other);
  move(to);
  for (const file of files) expect([file, read(file)]).toEqual([file, read(file, other)]);
});

it('changes by hand stay: comments, ports, other addresses, lines added to the configuration of nginx', () => {
  writtenHost(hostOf(addressForms['behind NAT']), folder);
  const edit = (file: string, from: string, to: string): void => {
    expect(read(file)).toContain(from);
    writeFileSync(join(folder, file), read(file).replace(from, to));
  };
  edit('sfu-2.yaml', 'port: 20100', 'port: 20555');
  edit('sfu-1.yaml', 'drainLimitMs: 120000', 'drainLimitMs: 5000 # by hand');
  edit('gateway.yaml', '  ip: 127.0.0.1', '  ip: 192.0.2.9');
  edit('nginx.conf', '  listen 443 ssl;', '  listen 8443 ssl; # by hand');
  move({ local: '198.51.100.44', public: '198.51.100.44' });
  expect(read('sfu-2.yaml')).toContain('- ip: 198.51.100.44\n    port: 20555');
  expect(read('sfu-1.yaml')).toContain('drainLimitMs: 5000 # by hand');
  expect(read('gateway.yaml')).toContain('  ip: 192.0.2.9');
  expect(read('nginx.conf')).toContain('listen 8443 ssl; # by hand');
  expect(read('host.yaml')).toContain('centreUrl: wss://198.51.100.44:7000,wss://203.0.113.12:7000');
  const set = (file: string): string => read(file).replaceAll(/#.*/g, '');
  for (const file of files) expect(set(file)).not.toMatch(/10\.0\.0\.2|113\.11/);
  expect(said).toEqual([
    'addresses: 203.0.113.11 is 198.51.100.44 now; on the other hosts: meridian node centre 198.51.100.44:7000',
  ]);
});
