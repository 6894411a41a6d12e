import { nextPauseMs } from '@meridian/runtime/child';
import { describe, expect, it } from 'vitest';
import { parseSockets, portSummary, portTable } from '../../local/endpoints.ts';
import { formatLine } from '../../local/format.ts';
import { readOptions } from '../../local/options.ts';
import { type TopologyOptions, topology } from '../../local/topology.ts';

const secrets = {
  clusterToken: 't',
  clusterSecret: 's',
  devKey: { key: 'k', secret: 'x' },
  sealSecret: 's',
  operatorKey: { key: 'o', secret: 'y' },
};
const options: TopologyOptions = {
  portOffset: 0,
  stateDir: '/state',
  pageDir: '/page',
  workerBin: '',
  logLevel: 'info',
  nodesPerRegion: 2,
};

describe('restarts', () => {
  const rows = [
    { name: 'a restart after the first death does not wait', deathsMs: [1000], nowMs: 1000, expect: 0 },
    {
      name: 'a restart after the fifth death within a minute waits 4 s',
      deathsMs: [0, 1, 2, 3, 4],
      nowMs: 5,
      expect: 4000,
    },
    {
      name: 'a child has failed with the sixth death within a minute',
      deathsMs: [0, 1, 2, 3, 4, 5],
      nowMs: 5,
      expect: undefined,
    },
    { name: 'old deaths do not count', deathsMs: [0, 1, 2, 3, 4, 90_000], nowMs: 90_000, expect: 0 },
    { name: 'a death exactly a minute old does not count', deathsMs: [0, 60_000], nowMs: 60_000, expect: 0 },
  ];
  it.each(rows)('$name', (row) => {
    expect(nextPauseMs(row.deathsMs, row.nowMs)).toBe(row.expect);
  });
});

describe('trusted proxies', () => {
  const believedBy = (kind: string, o: Partial<TopologyOptions> = {}): unknown[] =>
    topology({ ...options, ...o }, secrets)
      .filter((spec) => spec.kind === kind)
      .map(({ config }) => config['trustedProxies']);

  it('are none, except the page’s server at the api, which forwards from an address that no caller has', () => {
    expect([...believedBy('signaling'), ...believedBy('gateway')]).toEqual([[], [], [], []]);
    const [web] = topology(options, secrets).filter((spec) => spec.kind === 'web');
    const from = web?.config['apiLocalAddress'];
    expect(believedBy('api')).toEqual([[from]]);
    expect([from, from === web?.config['httpHost']]).toEqual([expect.stringMatching(/^127\.0\.0\.\d+$/), false]);
  });

  it('equal the proxies of the option', () => {
    const read = readOptions(['--trusted-proxies', '127.0.3.1,10.0.0.0/8'], { repository: '/', workerBin: '' });
    if (read === 'help') throw new Error('no help was asked for');
    for (const kind of ['signaling', 'gateway', 'api'])
      for (const ranges of believedBy(kind, read))
        expect(ranges).toEqual(expect.arrayContaining(['127.0.3.1', '10.0.0.0/8']));
  });
});

it('TURN servers of the option go to signaling nodes and gateways, and to no other process', () => {
  const turn = { urls: ['turn:turn.example.org'], secret: 'north-star-0123456789abcdefghijkl' };
  const read = readOptions(['--turn-config', JSON.stringify(turn)], { repository: '/', workerBin: '' });
  if (read === 'help') throw new Error('no help was asked for');
  const named = (o: TopologyOptions) => topology(o, secrets).filter(({ config }) => config['turn'] !== undefined);
  const found = named(Object.assign({}, options, { turnConfig: read.turnConfig }));
  expect(found.map(({ kind, config }) => [kind, config['turn']])).toEqual([
    ['signaling', turn],
    ['gateway', turn],
    ['signaling', turn],
    ['gateway', turn],
  ]);
  expect(named(options)).toEqual([]);
});

it('the option --dial makes each probe test the cloud as a separate tenant without /check; otherwise no probe tests', () => {
  const read = readOptions(['--dial'], { repository: '/', workerBin: '' });
  if (read === 'help') throw new Error('no help was asked for');
  const dialKey = { key: 'd', secret: 'z' };
  const specs = topology({ ...options, dial: read.dial === true }, { ...secrets, dialKey });
  const probes = specs.filter(({ kind }) => kind === 'edge-probe').map(({ config }) => config['dial']);
  const dial = { apiUrl: 'http://127.0.0.1:7810', ...dialKey };
  expect(probes).toEqual([dial, dial]);
  const api = specs.find(({ kind }) => kind === 'api')?.config;
  expect(api).toMatchObject({
    tenants: [{ id: 'dev' }, { id: 'dial', ...dialKey, dialTests: true }],
    checkTenant: 'dev',
  });
  const usual = topology(options, { ...secrets, dialKey });
  expect(usual.filter(({ config }) => 'dial' in config)).toEqual([]);
  expect(usual.find(({ kind }) => kind === 'api')?.config['tenants']).toEqual([expect.objectContaining({ id: 'dev' })]);
});

describe('the table of addresses', () => {
  it.each([0, 1000])('has each address once (port offset %i)', (portOffset) => {
    const specs = topology({ ...options, portOffset }, secrets);
    const all = specs.flatMap((spec) =>
      spec.endpoints.flatMap((e) =>
        Array.from(
          { length: (e.portMax ?? e.port) - e.port + 1 },
          (_, index) => `${e.protocol} ${e.ip}:${e.port + index}`,
        ),
      ),
    );
    expect(new Set(all).size).toBe(all.length);
    // Encoders expect RTMP at 1935; all other ports begin at 7000.
    const ports = specs.flatMap((spec) => spec.endpoints.map((e) => e.port)).filter((one) => one !== 1935 + portOffset);
    expect(Math.min(...ports)).toBe(7000 + portOffset);
  });

  it('with a standby has a second centre and a Redis, ours or the given one, and every node knows both centres', () => {
    const specs = topology({ ...options, standby: true }, secrets);
    expect(specs.slice(0, 3).map(({ id, kind }) => [id, kind])).toEqual([
      ['redis', 'redis'],
      ['centre', 'scheduler'],
      ['centre-2', 'scheduler'],
    ]);
    const all = specs.flatMap((spec) => spec.endpoints.map((e) => `${e.protocol} ${e.ip}:${e.port}`));
    expect(new Set(all).size).toBe(all.length);
    for (const { config } of specs.slice(1, 3))
      expect(config).toMatchObject({ standby: true, redisUrl: 'redis://127.0.0.1:7005' });
    const nodes = specs.filter(({ enrols }) => enrols);
    expect(new Set(nodes.map(({ config }) => config['centreUrl']))).toEqual(
      new Set(['wss://127.0.0.1:7000,wss://127.0.0.1:7003']),
    );
    const named = topology({ ...options, standby: true, redisUrl: 'redis://elsewhere' }, secrets);
    expect(named.map(({ kind }) => kind)).not.toContain('redis');
    expect(named[1]?.config).toMatchObject({ id: 'centre-2', redisUrl: 'redis://elsewhere' });
  });

  it('with regional instances has one in each region, which only signaling and media nodes of the region know', () => {
    const read = readOptions(['--regions'], { repository: '/', workerBin: '' });
    if (read === 'help') throw new Error('no help was asked for');
    const specs = topology(read, secrets);
    const instances = specs.filter(({ config }) => config['placesRegion'] !== undefined);
    expect(instances.map(({ id, region, config }) => [id, region, config['placesRegion'], config['redisUrl']])).toEqual(
      [
        ['centre-fra', 'frankfurt', 'frankfurt', 'redis://127.0.0.1:7005'],
        ['centre-sgp', 'singapore', 'singapore', 'redis://127.0.0.1:7005'],
      ],
    );
    expect(new Set(instances.map(({ config }) => config['centreUrl'])).size).toBe(1);
    for (const { kind, region, config } of specs.filter(({ enrols }) => enrols)) {
      const own = instances.find((spec) => spec.region === region)?.config;
      const url = `wss://${String(own?.['linkHost'])}:${String(own?.['linkPort'])}`;
      const places = !['edge-probe', 'library', 'api'].includes(kind);
      expect(config['regionCentreUrl']).toBe(places ? url : undefined);
    }
    const all = specs.flatMap((spec) => spec.endpoints.map((e) => `${e.protocol} ${e.ip}:${e.port}`));
    expect(new Set(all).size).toBe(all.length);
    expect(JSON.stringify(topology({ ...options, standby: true }, secrets))).not.toContain('regionCentreUrl');
  });

  it('with metrics has a distinct port for each process of ours, which the process is configured with', () => {
    const read = readOptions(['--metrics', '--standby', '--port-offset', '1000'], { repository: '/', workerBin: '' });
    if (read === 'help') throw new Error('no help was asked for');
    const specs = topology(read, secrets);
    const plain = topology({ ...read, metrics: false }, secrets);
    const ours = specs.filter(({ program }) => program === undefined);
    const ports = ours.map(({ config, endpoints }) => {
      expect(endpoints.at(-1)).toMatchObject({ ip: config['metricsHost'], port: config['metricsPort'] });
      return config['metricsPort'];
    });
    expect(ports).toEqual(ours.map((_, index) => 8100 + index));
    const all = specs.flatMap((spec) => spec.endpoints.map((e) => `${e.protocol} ${e.ip}:${e.port}`));
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBe(plain.flatMap(({ endpoints }) => endpoints).length + ours.length);
    expect(specs.find(({ id }) => id === 'redis')).toEqual(plain.find(({ id }) => id === 'redis'));
    expect(JSON.stringify(plain)).not.toContain('metricsPort');
  });

  it('has each address once when both regions share a public address', () => {
    const specs = topology({ ...options, nodesPerRegion: 8, publicAddress: '10.1.1.1' }, secrets);
    const all = specs.flatMap((spec) => spec.endpoints.map((e) => `${e.protocol} ${e.ip}:${e.port}`));
    expect(new Set(all).size).toBe(all.length);
  });

  it('names every purpose that a firewall must know', () => {
    const table = portTable(topology(options, secrets));
    for (const purpose of ['client', 'pipe', 'control', 'http']) expect(table).toContain(purpose);
  });

  it('has a short form of one line per process, without losing a port', () => {
    const specs = topology({ ...options, mediaAddress: '10.1.1.1' }, secrets);
    const lines = portSummary(specs).split('\n');
    expect(lines).toHaveLength(specs.length + 1);
    expect(lines[1]).toBe('centre     frankfurt  127.0.0.1  tcp 7000 control, tcp 7001 http');
    expect(lines).toContain(
      'sfu-sgp-2  singapore  10.1.1.1  udp+tcp 7920 client; 127.0.2.6  udp+tcp 7900 client, udp 7920-7939 pipe, udp 7940 pipe, udp 7960-7999 client, tcp 7901 control',
    );
    for (const spec of specs)
      for (const { ip, port } of spec.endpoints)
        expect(lines.find((line) => line.startsWith(`${spec.id} `))).toMatch(new RegExp(`${ip}\\b.*\\b${port}\\b`));
  });
});

describe('/proc/net', () => {
  const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
  it('reads listening TCP sockets only, little-endian addresses', () => {
    const text = `${header}\n   0: 0501007F:1EDC 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1\n   1: 0501007F:1EDD 0100007F:0050 01 00000000:00000000 00:00000000 00000000     0        0 4243 1`;
    expect(parseSockets(text, 'tcp')).toEqual([{ protocol: 'tcp', ip: '127.0.1.5', port: 7900, inode: '4242' }]);
  });
  it.each([
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000001000000', '::1'],
    // An address without a digit 1 must not read as all addresses.
    ['000077FD000000000000000002000000', 'fd77::2'],
    ['0000000000000000FFFF00000501007F', '127.0.1.5'],
  ])('reads the IPv6 address %s as %s', (hex, ip) => {
    const text = `${header}\n   0: ${hex}:1EDC ${'0'.repeat(32)}:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1`;
    expect(parseSockets(text, 'tcp')).toEqual([{ protocol: 'tcp', ip, port: 7900, inode: '4242' }]);
  });
  it('is readable when it is empty or cut', () => {
    expect(parseSockets('', 'udp')).toEqual([]);
    expect(parseSockets(`${header}\n   0: 0501`, 'udp')).toEqual([]);
  });
});

describe('log lines', () => {
  const now = new Date(2026, 0, 1, 12, 0, 0);
  it('are printed unchanged after the prefix when they are not JSON', () => {
    expect(formatLine('web', 'plain words', { colour: false, idWidth: 5 }, now)).toBe('12:00:00 web   plain words');
    expect(formatLine('web', '{torn', { colour: false, idWidth: 3 }, now)).toBe('12:00:00 web {torn');
  });
  it('have the level and the time as our services write them', () => {
    const time = new Date(2025, 5, 1, 8, 9, 10).toISOString();
    const line = (level: string) => JSON.stringify({ level, time, msg: 'm' });
    const o = { colour: false, idWidth: 3 };
    expect(formatLine('web', line('info'), o, now)).toBe('08:09:10 web m');
    expect(formatLine('web', line('warn'), o, now)).toBe('08:09:10 web warn m');
    expect(formatLine('web', JSON.stringify({ level: 'error', time: 'torn', msg: 'm' }), o, now)).toBe(
      '12:00:00 web error m',
    );
  });
  it('omit lists of files, which the log file has', () => {
    const line = JSON.stringify({ level: 'warn', time: now.getTime(), msg: 'old', files: ['/a/b'], ageDaysMax: 9 });
    expect(formatLine('centre', line, { colour: false, idWidth: 6 }, now)).toBe(
      '12:00:00 centre warn old ageDaysMax=9',
    );
  });
  it('show level, message and the remaining fields, shortened', () => {
    const line = JSON.stringify({
      level: 40,
      time: now.getTime(),
      pid: 1,
      msg: 'slow',
      rttMs: 12,
      long: 'x'.repeat(500),
    });
    const text = formatLine('sig-fra', line, { colour: false, idWidth: 7 }, now);
    expect(text).toContain('12:00:00 sig-fra warn slow rttMs=12 long=xxx');
    expect(text.length).toBeLessThan(200);
  });
});
