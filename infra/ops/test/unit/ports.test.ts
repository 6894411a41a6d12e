// `meridian ports`: firewall openings by the files of a host.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { probeConfig } from '../../../../edge-probe/src/config.ts';
import { libraryConfig } from '../../../../files/library/src/config.ts';
import { gatewayConfig } from '../../../../media/gateway/src/config.ts';
import { recorderConfig } from '../../../../media/recorder/src/config.ts';
import { apiConfig } from '../../../../product/api/src/config.ts';
import { webConfig } from '../../../../product/web/server/config.ts';
import { schedulerConfig } from '../../../../scheduler/src/config.ts';
import { sfuConfig } from '../../../../sfu/src/config.ts';
import { configSchema } from '../../../../signaling/src/config.ts';
import type { CloudRule } from '../../src/core/firewall.ts';
import type { Addresses } from '../../src/core/host.ts';
import { listenKeysOf } from '../../src/core/listening.ts';
import { serviceKinds } from '../../src/core/services.ts';
import { addressForms, hostOf, writtenHost } from '../support/host-files.ts';
import { temporaryFolder } from '../support/little-release.ts';
import { ports } from '../support/printed.ts';

const schemas = {
  scheduler: schedulerConfig,
  signaling: configSchema,
  sfu: sfuConfig,
  'edge-probe': probeConfig,
  gateway: gatewayConfig,
  recorder: recorderConfig,
  library: libraryConfig,
  api: apiConfig,
  web: webConfig,
};

/** Makes files of a host with one media node; `change` is applied by service name. */
function hostFolder(
  addresses: Parameters<typeof hostOf>[0],
  change: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): string {
  const etc = join(temporaryFolder(), 'etc');
  mkdirSync(etc);
  writtenHost(hostOf(addresses, serviceKinds, 1), etc);
  for (const [name, values] of Object.entries(change)) {
    const file = join(etc, `${name}.yaml`);
    writeFileSync(file, stringify(Object.assign(parse(readFileSync(file, 'utf8')), values)));
  }
  return etc;
}

const json = async (etc: string, ...words: string[]): Promise<CloudRule[]> =>
  JSON.parse((await ports(['--etc', etc, '--format', 'json', ...words])).out);

/** Lists every port of a rule, as `tcp 7000`. */
const portsOf = ({ protocol, portMin, portMax }: Pick<CloudRule, 'protocol' | 'portMin' | 'portMax'>): string[] =>
  Array.from({ length: portMax - portMin + 1 }, (_, at) => `${protocol} ${portMin + at}`);

it('every configuration key that opens a port is known', () => {
  const opens = (key: string, value: unknown): string[] => {
    const { title, items, properties } = value as {
      title?: string;
      items?: { title?: string };
      properties?: Record<string, unknown>;
    };
    const isListen = [title, items?.title].some((text) => text?.startsWith('listen ') === true);
    if (isListen || /(^p|P)ort$/.test(key)) return [key];
    return Object.entries(properties ?? {}).flatMap(([name, inner]) =>
      opens(name, inner).map((found) => `${key}.${found}`),
    );
  };
  for (const kind of serviceKinds) {
    const keys = Object.entries(schemas[kind].properties).flatMap(([key, value]) => opens(key, value));
    expect([kind, ...listenKeysOf(kind).toSorted()]).toEqual([kind, ...keys.toSorted()]);
  }
});

describe('the table of the guide equals that of the command', () => {
  /** Parses a cell such as `TCP 7871, 7881; UDP 7840–7869`. */
  const itemsOf = (cell: string): CloudRule[] =>
    [...cell.matchAll(/(UDP (?:and|和) TCP|TCP|UDP) ([\d–,、 ]+)/g)].flatMap(([, names = '', list = '']) =>
      ['tcp', 'udp']
        .filter((protocol) => names.toLowerCase().includes(protocol))
        .flatMap((protocol) =>
          list.split(/[,、 ]+/).flatMap((item) => {
            const [portMin, portMax = portMin] = item.split('–').map(Number);
            return item === '' ? [] : [{ protocol, portMin, portMax } as CloudRule];
          }),
        ),
    );
  it.each(['deploy.md', 'deploy.zh.md'])('%s', async (page) => {
    const text = readFileSync(join(import.meta.dirname, '../../../../docs', page), 'utf8');
    const section = /^## 1\. .+?^## 2\. /ms.exec(text)?.[0] ?? '';
    const rows = section.split('\n').filter((line) => /^\| (?!from|来源)/.test(line));
    const rules = await json(hostFolder(addressForms['one public address']));
    for (const [source, from] of [
      ['anyone', /everywhere|任何地方/],
      ['cluster', /all servers|所有服务器/],
    ] as const) {
      const items = rows.filter((row) => from.test(row)).flatMap((row) => itemsOf(row.split('|')[2] ?? ''));
      const [guide, command] = [items, rules.filter((rule) => rule.sources === source)].map((some) =>
        some.flatMap(portsOf),
      ) as [string[], string[]];
      expect(command.filter((port) => !guide.includes(port))).toEqual([]);
      // A range of the guide may include unused ports, but begins and ends with a used one.
      const ends = items.flatMap(({ protocol, portMin, portMax }) => [
        `${protocol} ${portMin}`,
        `${protocol} ${portMax}`,
      ]);
      expect(ends.filter((port) => !command.includes(port))).toEqual([]);
      expect(ends.length).toBeGreaterThan(4);
    }
  });
});

it.each(Object.entries(addressForms))(
  'only the cluster reaches the ports that nodes use among themselves: %s',
  async (_name, form) => {
    const etc = hostFolder(form);
    const rules = await json(etc, '--cluster', '198.51.100.22,2001:db8:2::/64');
    const { local, private: inner = local, second, tls }: Addresses = form;
    const cluster = rules.filter(({ sources }) => sources === 'cluster');
    expect(new Set(cluster.map(({ address }) => address))).toEqual(new Set([inner]));
    expect(cluster[0]?.cidrs).toEqual(
      expect.arrayContaining(['198.51.100.22/32', '2001:db8:2::/64', '203.0.113.12/32']),
    );
    const open = rules.filter(({ sources }) => sources === 'anyone');
    const at = (ip: string, port: number): string[] => ['tcp', 'udp'].map((protocol) => `${protocol} ${ip} ${port}`);
    const nginx = tls === undefined ? ['*'] : [local, inner, ...(second === undefined ? [] : [second.local])];
    expect(open.map(({ protocol, portMin, address }) => `${protocol} ${address} ${portMin}`)).toEqual([
      ...nginx.map((ip) => `tcp ${ip} 443`),
      ...at(local, 20_000),
      ...(second === undefined ? [] : at(second.local, 20_000)),
      ...(tls === undefined ? [] : at(tls.local, 443)),
      `tcp ${second === undefined ? local : '*'} 1935`,
      `udp ${local} 7830`,
    ]);
    expect(open[0]).toMatchObject({ portMax: 443, cidrs: ['0.0.0.0/0', '::/0'] });
    expect(rules.filter(({ sources }) => sources !== 'anyone' && sources !== 'cluster')).toEqual([]);
  },
);

it('the table includes listeners for this host alone, addresses behind NAT, and random ports by that name', async () => {
  const controlListen = { ip: '10.0.0.2', announcedAddress: '203.0.113.11', port: 0 };
  const etc = hostFolder(addressForms['behind NAT'], { signaling: { controlListen }, 'sfu-1': { metricsPort: 9100 } });
  const { code, out, err } = await ports(['--etc', etc]);
  expect([code, err]).toEqual([0, '']);
  const line = (...words: string[]): unknown => expect.stringMatching(new RegExp(`(^|\\n)${words.join(' +')}`));
  expect(out).toEqual(line('everywhere', 'udp', '10\\.0\\.0\\.2 \\(as 203\\.0\\.113\\.11\\)', '20000', 'sfu-1'));
  expect(out).toEqual(line('all servers', 'tcp', '10\\.0\\.0\\.2 .+', 'random', 'signaling', 'controlListen'));
  expect(out).toEqual(line('this host', 'tcp', '127\\.0\\.0\\.1', '7810', 'api', 'httpListen'));
  expect(out).toEqual(line('this host', 'tcp', '127\\.0\\.0\\.1', '9100', 'sfu-1', 'metricsPort'));
  const rules = await ports(['--etc', etc, '--format', 'json']);
  expect(rules.out).not.toContain('signaling controlListen');
  expect(rules.err).toContain('warn  signaling controlListen takes any free port');
  expect(rules.err).toContain('--cluster');
});

it('each listener that other hosts reach is open to trusted proxies, operators, or anyone', async () => {
  const trusted = { trustedProxies: ['10.0.0.9/32', '10.0.0.0/24', '2001:db8::9'] };
  const etc = hostFolder(addressForms['one public address'], {
    signaling: Object.assign({ httpHost: '203.0.113.11' }, trusted),
    web: Object.assign({ httpHost: '::', tlsCertFile: '/c.pem', tlsKeyFile: '/k.pem' }, trusted),
    api: { metricsHost: '0.0.0.0', metricsPort: 9100 },
  });
  const rules = await json(etc, '--operator', '192.0.2.7');
  const of = (what: string): unknown => rules.find(({ description }) => description.startsWith(what));
  expect(of('signaling httpPort')).toMatchObject({
    sources: 'proxy',
    cidrs: ['10.0.0.9/32', '10.0.0.0/24', '2001:db8::9/128'],
  });
  expect(of('web httpPort')).toMatchObject({ sources: 'anyone', address: '*' });
  expect(of('api metricsPort')).toMatchObject({ sources: 'operator', cidrs: ['192.0.2.7/32'], address: '*' });
  const { out } = await ports(['--etc', etc, '--format', 'nft', '--operator', '192.0.2.7']);
  // An IPv6 proxy cannot reach an IPv4 address.
  expect(out).toContain('\n    ip saddr 10.0.0.0/24 ip daddr 203.0.113.11 tcp dport 7880 accept');
  expect(out).not.toContain('2001:db8::9');
  expect(out).toMatch(/\n {4}tcp dport 9100 drop\n/);
});

it('nftables opens public ports to anyone and the others to the cluster, and ignores all other ports', async () => {
  const etc = hostFolder(addressForms['one public address']);
  const { code, out, err } = await ports(['--etc', etc, '--format', 'nft', '--cluster', '198.51.100.22']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('elements = { 198.51.100.22, 203.0.113.11, 203.0.113.12 }');
  expect(out).toContain(
    '\n    ip daddr 203.0.113.11 udp dport 20000 accept comment "sfu-1 mediaListen: media of clients"\n',
  );
  const at = '203.0.113.11 udp dport 20010-20049';
  expect(out).toContain(
    `\n    ip saddr @cluster4 ip daddr ${at} accept comment "sfu-1 pipeListen: media between nodes"\n    ip daddr ${at} drop\n`,
  );
  expect(out).toContain('policy accept;');
  expect(out).not.toMatch(/dport (7810|7820|7001|7880)/);
});

it('`meridian ports KIND` shows one service by the files and the environment with which it is started', async () => {
  const etc = hostFolder(addressForms['one public address']);
  const files = ['--config', join(etc, 'host.yaml'), '--config', join(etc, 'sfu-1.yaml')];
  const { code, out } = await ports(['sfu', ...files], { MERIDIAN_METRICS_PORT: '9102' });
  expect([code, out]).toEqual([0, expect.stringContaining('9102')]);
  expect(out).not.toMatch(/nginx|rtmp/);
});

describe('invalid options and files', () => {
  it.each<[string, string[], number, RegExp]>([
    ['a kind without files', ['sfu'], 2, /OPTION_INVALID/],
    ['files without a kind', ['--config', 'x.yaml'], 2, /KIND \(none\)/],
    ['an unknown kind', ['turn', '--config', 'x.yaml'], 2, /KIND turn.+OPTION_INVALID/],
    ['an unknown form', ['--format', 'aws'], 2, /table, nft, json/],
    ['an invalid range', ['--cluster', '10.0.0.0/40'], 2, /--cluster 10\.0\.0\.0\/40/],
    ['a name in place of a range', ['--operator', 'office'], 2, /--operator office/],
    ['a folder without a host', ['--etc', '/nonexistent'], 1, /HOST_MISSING/],
    ['a file that is not there', ['sfu', '--config', '/nonexistent/x.yaml'], 1, /CONFIG_INVALID/],
  ])('%s', async (_name, words, code, says) => {
    expect(await ports(words)).toEqual({ code, out: '', err: expect.stringMatching(says) });
  });
});
