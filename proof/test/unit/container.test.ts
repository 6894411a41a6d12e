// Checks that the image and compose.yaml name existing things: kinds of services, files that `meridian node init`
// writes, keys of configurations, free ports. proof/test/peers/chart.test.ts checks the chart.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseConfig, environmentName } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DRAIN_LIMIT_MS } from '../../../infra/ops/src/core/configs.ts';
import { mediaPorts, ports } from '../../../infra/ops/src/core/host.ts';
import { configFilesOf, type Service, serviceKinds, serviceOf } from '../../../infra/ops/src/core/services.ts';
import { addressForms, hostOf, writtenHost } from '../../../infra/ops/test/support/host-files.ts';
import { startConfigIssues } from '../support/services.ts';

interface ComposeService {
  readonly image: string;
  readonly network_mode: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly restart?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly stop_grace_period?: string;
  readonly logging?: unknown;
}
interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const folder = join(import.meta.dirname, '../../../infra/container');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const compose = parse(read('compose.yaml'), { merge: true }) as ComposeFile;
const all = Object.entries(compose.services);
const ours = all.flatMap(([name, service]): [string, ComposeService, Service][] => {
  const one = serviceOf(name);
  return one === undefined ? [] : [[name, service, one]];
});
const metricsPort = 'MERIDIAN_METRICS_PORT';

describe('compose.yaml', () => {
  it('runs each kind of service, and otherwise only services of others', () => {
    expect([...new Set(ours.map(([, , { kind }]) => kind))].sort()).toEqual([...serviceKinds].sort());
    const others = all.map(([name]) => name).filter((name) => serviceOf(name) === undefined);
    expect(others.sort()).toEqual(['init', 'nginx', 'node', 'postgres', 'prometheus', 'redis']);
  });

  it.each(ours)('%s is of its kind, with the files that init writes for it', (name, { command = [] }, service) => {
    const [kind, ...words] = command;
    const files = words.filter((word) => word !== '--config');
    const written = configFilesOf(service, { etc: '/run/secrets', state: '' });
    const more = { scheduler: ['redis'], api: ['distribution'], library: ['distribution'] }[name] ?? [];
    const expected = [...written, ...more.map((file) => `/run/secrets/${file}.yaml`)];
    expect({ kind, files }).toEqual({ kind: service.kind, files: expected });
    expect(words.filter((word) => word === '--config').length).toBe(files.length);
  });

  it('gives each service the files that init and its script write', () => {
    const root = mkdtempSync(join(tmpdir(), 'meridian-compose-'));
    const moved = (text: string): string => text.replaceAll(/\/(etc|var\/lib)\/meridian/g, `${root}$&`);
    try {
      const etc = join(root, 'etc/meridian');
      mkdirSync(etc, { recursive: true });
      const script = moved(read('init.sh')).replaceAll(/^chown|\S+\/bin\/meridian/gm, 'true');
      execFileSync('sh', ['-c', script]);
      writtenHost(hostOf(addressForms['one public address'], serviceKinds, 1), etc);
      const issueLists = ours.map(([name, { command = [], environment = {} }, { kind }]) => {
        const argv = command.slice(1).map((word) => word.replace('/run/secrets', etc));
        const env = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, String(value)]));
        const { config, issues: all } = startConfigIssues(kind, { argv, env });
        // The page is in the image.
        const issues = all.filter(({ key }) => key !== 'pageDir');
        return { name, issues, port: (config as { metricsPort?: number } | undefined)?.metricsPort };
      });
      const asked = ours.map(([name, { environment }]) => ({ name, issues: [], port: environment?.[metricsPort] }));
      expect(issueLists).toEqual(asked);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it.each(ours)('%s sees only its own files and folder', (name, { command = [], secrets = [], volumes = [] }) => {
    const files = command.filter((word) => word.startsWith('/')).map((file) => file.replace('/run/secrets/', ''));
    expect([...secrets].sort()).toEqual([...files].sort());
    expect(volumes).toEqual([`./state/${name}:/var/lib/meridian/${name}`]);
  });

  it.each(ours)('%s has no rights, and is restarted', (_name, service) => {
    expect(service).toMatchObject({
      user: '10001:10001',
      read_only: true,
      cap_drop: ['ALL'],
      restart: 'unless-stopped',
    });
  });

  it('puts every service into the network of the host, with a bounded log', () => {
    const running = all.filter(([name]) => name !== 'init');
    expect(all.filter(([, service]) => service.network_mode !== 'host')).toEqual([]);
    expect(running.filter(([, service]) => service.logging === undefined)).toEqual([]);
  });

  it('sets only keys that each service has, and gives each its own metrics port, which Prometheus scrapes', () => {
    const known = new Set(Object.keys(baseConfig).map(environmentName));
    const set = ours.flatMap(([, { environment = {} }]) => Object.keys(environment));
    expect(set.filter((name) => !known.has(name))).toEqual([]);
    const shown = ours.map(([name, { environment }]) => [`127.0.0.1:${environment?.[metricsPort]}`, name] as const);
    const used = [ports, mediaPorts(1)].flatMap((one) => Object.values(one)).filter((port) => typeof port === 'number');
    const numbers = ours.map(([, { environment }]) => Number(environment?.[metricsPort]));
    expect(new Set(numbers).size).toBe(ours.length);
    const { gatewayPlain } = ports;
    const takenPorts = numbers.filter(
      (port) => used.includes(port) || (port >= gatewayPlain.min && port <= gatewayPlain.max),
    );
    expect(takenPorts).toEqual([]);
    const { scrape_configs } = parse(read('prometheus.yml')) as {
      scrape_configs: { static_configs: { targets: string[]; labels: { instance: string } }[] }[];
    };
    const targets = scrape_configs.flatMap(({ static_configs }) => static_configs);
    expect(targets.map(({ targets: [target], labels }) => [target, labels.instance]).sort()).toEqual([...shown].sort());
  });

  it('takes each secret from a file that init writes, and uses it', () => {
    const used = new Set(all.flatMap(([, { secrets = [] }]) => secrets));
    expect(Object.keys(compose.secrets).sort()).toEqual([...used].sort());
    const script = read('init.sh');
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(file).toBe(`./etc/${name}`);
      expect({
        name,
        isWritten: name === 'host.yaml' || serviceOf(name.slice(0, -5)) !== undefined || script.includes(name),
      }).toEqual({
        name,
        isWritten: true,
      });
    }
  });

  it('gives a drain its time, and stops centre and signaling after it', () => {
    const { default: closeMs = Number.NaN } = baseConfig.closeLimitMs as { readonly default?: number };
    for (const [name, service, { kind }] of ours) {
      const isDrained = ['sfu', 'gateway', 'recorder'].includes(kind);
      const neededMs = isDrained ? DRAIN_LIMIT_MS + closeMs : closeMs;
      expect({ name, isEnough: Number.parseInt(service.stop_grace_period ?? '0', 10) * 1000 > neededMs }).toEqual({
        name,
        isEnough: true,
      });
      if (isDrained) expect(service.depends_on).toEqual(['scheduler', 'signaling']);
    }
  });

  it('has the image of this version, as npm run image names it', () => {
    const { version } = JSON.parse(readFileSync(join(folder, '../../package.json'), 'utf8')) as { version: string };
    const images = [...ours.map(([, service]) => service), compose.services['init'], compose.services['node']];
    expect(new Set(images.map((one) => one?.image))).toEqual(new Set([`\${MERIDIAN_IMAGE:-meridian:${version}}`]));
  });

  it('has all of its files beside it', () => {
    const sources = all.flatMap(([, { volumes = [] }]) => volumes).map((volume) => volume.split(':')[0] ?? '');
    const given = sources.filter((source) => source.startsWith('.') && !/^\.\/(etc|state|tls)(\/|$)/.test(source));
    expect(given.filter((source) => !existsSync(join(folder, source)))).toEqual([]);
    expect(given.length).toBeGreaterThan(2);
  });
});

describe('Containerfile', () => {
  const text = read('Containerfile');
  const instruction = (name: string): string[] =>
    [...text.replaceAll('\\\n', ' ').matchAll(new RegExp(`^${name}\\s+(.*)$`, 'gm'))].map(([, rest]) => rest ?? '');

  it('does not run as root, ends by SIGTERM, and begins with the launcher', () => {
    expect(instruction('USER')).toEqual(['10001:10001']);
    expect(instruction('STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(instruction('ENTRYPOINT')).toEqual(['["/opt/meridian/current/bin/meridian"]']);
    expect(instruction('ARG')).toEqual(['BASE=debian:12-slim', 'VERSION']);
  });

  it('checks a service by a command that the launcher knows', () => {
    const [check = ''] = instruction('HEALTHCHECK');
    const [program, word] = JSON.parse(check.slice(check.indexOf('['))) as string[];
    expect(program).toBe('/opt/meridian/current/bin/meridian');
    const launcher = readFileSync(join(folder, '../ops/release/files/meridian'), 'utf8');
    const file = new RegExp(`^ {2}${word}\\) program=(\\S+) ;;$`, 'm').exec(launcher)?.[1] ?? '';
    expect(existsSync(join(folder, '../..', file))).toBe(true);
  });

  it('has one layer of packages and one of the release', () => {
    const final = text.slice(text.lastIndexOf('\nFROM '));
    expect(final.match(/^(RUN|COPY|ADD)/gm)).toEqual(['COPY']);
    const system = text.slice(text.indexOf('FROM '), text.indexOf('AS release'));
    expect(system.match(/^(RUN|COPY|ADD)/gm)).toEqual(['RUN']);
    expect(system).toContain('rm -rf /var/lib/apt/lists/*');
  });
});

describe('the Helm chart', () => {
  const chartFile = (name: string): string => read(`../helm/meridian/${name}`);

  it('has the version of the release, which is the tag of its image too', () => {
    const { version } = JSON.parse(read('../../package.json')) as { version: string };
    expect(parse(chartFile('Chart.yaml'))).toMatchObject({ version, appVersion: version });
  });

  it('has the ports of a host without Kubernetes, so that one firewall fits both', () => {
    const values = parse(chartFile('values.yaml')) as {
      readonly ports: Readonly<Record<string, number>>;
      readonly regions: readonly { readonly slots: readonly { readonly portBase: number }[] }[];
    };
    const { gatewayHttp, gatewayPlain, recorderPlain, signalingHttp, ...others } = ports;
    const metrics = Object.entries(values.ports).filter(([name]) => name.endsWith('Metrics'));
    const given = Object.entries(values.ports).filter(([name]) => !name.endsWith('Metrics'));
    const expected = {
      ...others,
      gateway: gatewayHttp,
      gatewayPlain: gatewayPlain.min,
      recorderPlain: recorderPlain.min,
      signaling: signalingHttp,
    };
    expect(Object.fromEntries(given)).toEqual(expected);
    const ofCompose = ours.map(([, { environment = {} }]) => Number(environment[metricsPort]));
    expect(metrics.map(([, port]) => port).filter((port) => !ofCompose.includes(port))).toEqual([]);
    expect(values.regions[0]?.slots[0]?.portBase).toBe(mediaPorts(1).media);
  });
});
