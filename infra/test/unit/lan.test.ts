import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { NetworkInterfaceInfo } from 'node:os';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localNetworks } from '@meridian/runtime/local-authority';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { portTable } from '../../local/endpoints.ts';
import { chooseLanAddress, type Interfaces, isPrivate } from '../../local/lan-address.ts';
import { LanCertificates } from '../../local/lan-certificates.ts';
import { lanWelcome } from '../../local/lan-welcome.ts';
import { readOptions } from '../../local/options.ts';
import { topology } from '../../local/topology.ts';

const at = (address: string, o: { internal?: boolean; family?: 'IPv4' | 'IPv6' } = {}): NetworkInterfaceInfo =>
  ({
    address,
    family: o.family ?? 'IPv4',
    internal: o.internal ?? false,
    netmask: '',
    mac: '',
    cidr: null,
  }) as NetworkInterfaceInfo;
const lo = [at('127.0.0.1', { internal: true })];
const home: Interfaces = { lo, wlan0: [at('fe80::1', { family: 'IPv6' }), at('192.168.1.5')] };

describe('the address in the local network', () => {
  it.each<[string, Interfaces, string | undefined, unknown]>([
    ['is the only one', home, undefined, { ok: true, ip: '192.168.1.5', others: [] }],
    [
      'is a real interface’s before one of containers, whatever their order',
      {
        docker0: [at('172.17.0.1')],
        lo,
        'br-1': [at('172.18.0.1')],
        eth0: [at('10.0.0.2')],
        wlan0: [at('192.168.1.5')],
      },
      undefined,
      { ok: true, ip: '10.0.0.2', others: ['192.168.1.5', '172.17.0.1', '172.18.0.1'] },
    ],
    [
      'is link-local only where there is no other',
      { a: [at('169.254.7.7')], b: [at('10.1.1.1')] },
      undefined,
      { ok: true, ip: '10.1.1.1', others: ['169.254.7.7'] },
    ],
    [
      'is not public where there is a private one',
      { eth0: [at('203.0.113.5')], eth1: [at('10.1.1.1')] },
      undefined,
      { ok: true, ip: '10.1.1.1', others: [] },
    ],
    [
      'is the one that was named',
      { a: [at('10.1.1.1')], b: [at('10.2.2.2')] },
      '10.2.2.2',
      { ok: true, ip: '10.2.2.2', others: ['10.1.1.1'] },
    ],
    ['is none without a network', { lo }, undefined, { ok: false, code: 'LAN_ADDRESS_NONE' }],
    [
      'is none where all addresses are public',
      { eth0: [at('203.0.113.5')] },
      undefined,
      { ok: false, code: 'LAN_ADDRESS_NONE' },
    ],
    ['is not one that the machine does not have', home, '192.168.1.6', { ok: false, code: 'LAN_ADDRESS_UNKNOWN' }],
    ['is not loopback', home, '127.0.0.1', { ok: false, code: 'LAN_ADDRESS_UNKNOWN' }],
    [
      'is not public, also when it was named',
      { eth0: [at('203.0.113.5')] },
      '203.0.113.5',
      { ok: false, code: 'LAN_ADDRESS_NOT_PRIVATE' },
    ],
  ])('%s', (_name, interfaces, named, expected) => {
    expect(chooseLanAddress(interfaces, named)).toMatchObject(expected as object);
  });

  it('is an address that the authority may certify', () => {
    for (const { network } of localNetworks) expect(isPrivate(network)).toBe(true);
    for (const ip of [
      '9.255.255.255',
      '11.0.0.0',
      '172.15.255.255',
      '172.32.0.0',
      '192.169.0.0',
      '100.128.0.0',
      '127.0.0.1',
      '::1',
      '',
    ])
      expect({ ip, isPrivate: isPrivate(ip) }).toEqual({ ip, isPrivate: false });
  });
});

describe('--lan', () => {
  const read = (...args: string[]) => readOptions(args, { repository: '/clone', workerBin: '', interfaces: home });
  it.each([[['--lan']], [['--lan', '192.168.1.5']], [['--lan=192.168.1.5']], [['--lan', '--log-level', 'warn']]])(
    'accepts %j',
    (args) => {
      expect(read(...args)).toMatchObject({ lan: { ip: '192.168.1.5', otherIps: [], room: 'lan' } });
    },
  );
  it.each([
    { args: ['--lan', '10.0.0.1'], says: 'LAN_ADDRESS_UNKNOWN' },
    { args: ['--lan', '--public-address', '10.0.0.1'], says: 'no --public-address' },
    { args: ['--lan', '--autoscale', 'process'], says: 'loopback only' },
    { args: ['--lan', '--lan-room', 'a/b'], says: '--lan-room a/b' },
    { args: ['--lan', '--lan-room', ''], says: '--lan-room' },
  ])('refuses $args', ({ args, says }) => {
    expect(() => read(...args)).toThrow(says);
  });

  const secrets = {
    clusterToken: 't',
    clusterSecret: 's',
    devKey: { key: 'devkey', secret: 'of this machine' },
    sealSecret: 'of this machine',
    operatorKey: { key: 'operator', secret: 'of this machine' },
    guests: { key: 'guests', secret: 'of guests', joinKey: 'join', expiresAtMs: 1 },
  };
  const specs = (...args: string[]) => {
    const options = read(...args);
    return options === 'help' ? [] : topology(options, secrets);
  };
  it('adds three processes, and changes only the media listeners of the others', () => {
    const plain = specs();
    const lan = specs('--lan');
    expect(lan.slice(plain.length).map(({ id }) => id)).toEqual(['sig-fra-lan', 'sig-sgp-lan', 'web-lan']);
    const others = (all: typeof plain) => all.slice(0, plain.length).filter(({ kind }) => kind !== 'sfu');
    expect(others(lan)).toEqual(others(plain));
    const used = lan.flatMap(({ endpoints }) => endpoints.map((e) => `${e.protocol} ${e.ip}:${e.port}`));
    expect(new Set(used).size).toBe(used.length);
  });
  it('exposes only the page, the signaling nodes and media, and gives guests keys of their own', () => {
    for (const { id, kind, endpoints, config } of specs('--lan', '--nodes-per-region', '8')) {
      const there = endpoints.filter(({ ip }) => ip === '192.168.1.5').map(({ purpose }) => purpose);
      expect(there.every((purpose) => purpose === 'client' || (purpose === 'http' && id === 'web-lan'))).toBe(true);
      if (there.length === 0 || kind === 'sfu') continue;
      expect(JSON.stringify(config)).toContain('of guests');
      expect(JSON.stringify(config)).not.toContain('of this machine');
      expect(config).toMatchObject({ tlsCertFile: '/clone/.meridian/lan/server.crt' });
    }
  });
  it('is in the firewall table, with the port offset', () => {
    expect(portTable(specs('--lan', '--port-offset', '5000'))).toMatch(/^web-lan +http +tcp +192\.168\.1\.5 +12843 /m);
  });
  it('prints the URLs for the phone and for the machine, and how to choose another network', () => {
    const lan = { ip: '192.168.1.5', otherIps: ['10.0.0.2'], room: 'living room' };
    const lines = lanWelcome({ lan, joinKey: 'KEY', portOffset: 1000, fingerprint: 'AA:BB' });
    expect(lines).toContain('  lan https://192.168.1.5:8843/join/KEY');
    const text = lines.join('\n');
    for (const part of [
      'http://192.168.1.5:8844/',
      'AA:BB',
      'http://127.0.0.1:8800/?room=living+room',
      '10.0.0.2: npm start -- --lan IP',
      '▄',
    ])
      expect(text).toContain(part);
  });
});

describe('the certificates of the local network', () => {
  const dayMs = 86_400_000;
  const startMs = Date.now();
  let stateDir = '';
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'meridian-lan-'));
  });
  afterEach(() => rmSync(stateDir, { recursive: true }));
  const file = (name: string): string => join(stateDir, 'lan', name);
  const renew = (o: { ip?: string; afterDays?: number } = {}) => {
    const nowMs = (): number => startMs + (o.afterDays ?? 0) * dayMs;
    return new LanCertificates({ stateDir, ip: o.ip ?? '192.168.1.5', nowMs }).renew();
  };

  it('are made once and kept, with keys for the user alone', async () => {
    expect(await renew()).toBe('new');
    const before = ['ca.crt', 'ca.key', 'server.crt', 'server.key'].map((name) => readFileSync(file(name), 'utf8'));
    expect(await renew()).toBeUndefined();
    expect(['ca.crt', 'ca.key', 'server.crt', 'server.key'].map((name) => readFileSync(file(name), 'utf8'))).toEqual(
      before,
    );
    for (const name of ['ca.key', 'server.key']) expect(statSync(file(name)).mode & 0o777).toBe(0o600);
    expect(statSync(join(stateDir, 'lan')).mode & 0o777).toBe(0o700);
  });
  it('are renewed for another address, after two thirds of their life and when damaged; the authority stays', async () => {
    await renew();
    const authority = readFileSync(file('ca.crt'), 'utf8');
    expect(await renew({ ip: '192.168.1.6' })).toBe('another address');
    expect(await renew({ ip: '192.168.1.6', afterDays: 59 })).toBeUndefined();
    expect(await renew({ ip: '192.168.1.6', afterDays: 61 })).toBe('due');
    writeFileSync(file('server.key'), 'torn');
    expect(await renew({ ip: '192.168.1.6', afterDays: 61 })).toBe('damaged');
    expect(readFileSync(file('ca.crt'), 'utf8')).toBe(authority);
  });
  it('are renewed for another authority', async () => {
    await renew();
    rmSync(file('ca.crt'));
    rmSync(file('ca.key'));
    expect(await renew()).toBe('another authority');
  });
  it('never replace an authority that phones trust: a damaged one is reported', async () => {
    await renew();
    writeFileSync(file('ca.key'), readFileSync(file('server.key')));
    await expect(renew()).rejects.toThrow('LAN_AUTHORITY_DAMAGED');
    rmSync(file('ca.key'));
    await expect(renew()).rejects.toThrow('delete both to begin anew');
  });
});
