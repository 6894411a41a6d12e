import { describe, expect, it } from 'vitest';
import { portTable } from '../../local/endpoints.ts';
import { optionLines, readOptions, startOptions } from '../../local/options.ts';
import { topology } from '../../local/topology.ts';
import { commands, refusalOf, withPackages } from '../../setup/commands.mjs';

const secrets = {
  clusterToken: '',
  clusterSecret: '',
  devKey: { key: '', secret: '' },
  sealSecret: '',
  operatorKey: { key: '', secret: '' },
};
const read = (...args: string[]) => readOptions(args, { repository: '/clone', workerBin: '' });

describe('the options of start and ports', () => {
  const refused = [
    { name: 'an unknown option', args: ['--ports', '1'], says: "Unknown option '--ports'" },
    { name: 'a word that is no option', args: ['5000'], says: "Unexpected argument '5000'" },
    { name: 'an option without its value', args: ['--port-offset'], says: 'argument missing' },
    { name: 'an empty number', args: ['--port-offset', ''], says: 'a whole number from 0 to 50000' },
    { name: 'a broken number', args: ['--port-offset', '1.5'], says: 'a whole number from 0 to 50000' },
    { name: 'a number beyond its bound', args: ['--nodes-per-region', '9'], says: 'a whole number from 1 to 8' },
    { name: 'a number below its bound', args: ['--nodes-per-region', '0'], says: 'a whole number from 1 to 8' },
    {
      name: 'keys of processes that are not an object',
      args: ['--process-configs', '{"web":1}'],
      says: 'a JSON object',
    },
    { name: 'an unknown level', args: ['--log-level', 'loud'], says: 'one of trace, debug, info' },
  ];
  it.each(refused)('refuse $name', ({ args, says }) => {
    expect(() => read(...args)).toThrow(says);
  });

  it.each([['--help'], ['-h'], ['--port-offset', 'x', '--help']])('give help for %s', (...args) => {
    expect(read(...args)).toBe('help');
  });

  it('mention --help for an invalid command line', () => {
    expect(() => read('--ports')).toThrow(/'--ports'.*; --help lists the options$/);
  });

  const names = Object.keys(startOptions);
  it.each(['start', 'ports'])('equal the options that the set-up accepts for %s', (name) => {
    expect(commands.get(name)?.options).toEqual(names);
  });
  it('are all in the help', () => {
    const listed = [...optionLines.matchAll(/^ {2}--([\w-]+)/gm)].map(([, name]) => name);
    expect([...listed, 'help']).toEqual(names);
  });

  const command = commands.get('start') ?? {};
  it.each([
    { name: 'an option of another name', args: ['--standby', '--bogus'], option: '--bogus' },
    { name: 'an unknown option with its value', args: ['--bogus=1'], option: '--bogus=1' },
    { name: 'a word of Object', args: ['--constructor'], option: '--constructor' },
  ])('are refused before anything is built: $name', ({ args, option }) => {
    expect(refusalOf('start', command, args)).toBe(
      `npm start: there is no option ${option}; npm start -- --help lists the options`,
    );
    expect(() => read(...args)).toThrow('Unknown option');
  });
  it.each([
    { name: 'a known option', args: ['--port-offset', '5', '--lan'] },
    { name: 'a value', args: ['--redis=redis://--x'] },
    { name: 'words that the program itself checks', args: ['5000', '-x', '--'] },
  ])('are not refused before anything is built: $name', ({ args }) => {
    expect(refusalOf('start', command, args)).toBeUndefined();
  });

  it('have their defaults without arguments', () => {
    expect(read()).toEqual({
      portOffset: 0,
      stateDir: '/clone/.meridian',
      pageDir: '/clone/product/web/dist',
      workerBin: '',
      logLevel: 'info',
      nodesPerRegion: 1,
    });
  });

  it('run ffmpeg without a sandbox only where the set-up has no jail', () => {
    const sandboxes = (hasJail: boolean) => {
      const options = readOptions([], { repository: '/clone', workerBin: '', hasJail });
      if (options === 'help') throw new Error('no help was asked for');
      const nodes = topology(options, secrets).filter(({ kind }) => /^(gateway|recorder|library)$/.test(kind));
      return nodes.map(({ config }) => config?.['ffmpegSandbox']);
    };
    expect(sandboxes(true)).toEqual(Array(6).fill(undefined));
    expect(sandboxes(false)).toEqual(Array(6).fill('none'));
  });

  it('add keys to the configurations of single processes, and refuse an unknown process', () => {
    const configOf = (id: string, ...args: string[]) => {
      const options = read(...args);
      if (options === 'help') throw new Error('no help was asked for');
      return topology(options, secrets).find((child) => child.id === id)?.config;
    };
    const further = ['--process-configs', '{"sfu-fra-1":{"cpuCores":2,"bandwidthBps":5}}'];
    const before = configOf('sfu-fra-1');
    expect(configOf('sfu-fra-1', ...further)).toEqual(Object.assign({}, before, { cpuCores: 2, bandwidthBps: 5 }));
    expect(configOf('sfu-sgp-1', ...further)).toEqual(configOf('sfu-sgp-1'));
    expect(() => configOf('web', '--process-configs', '{"sfu-1":{}}')).toThrow(
      /--process-configs: sfu-1 is none of centre, .*sfu-fra-1/,
    );
  });

  it('add options of the Node of single processes, and refuse what is no list', () => {
    const nodeArgsOf = (id: string, text: string) => {
      const options = read('--process-node-args', text);
      if (options === 'help') throw new Error('no help was asked for');
      return topology(options, secrets).find((child) => child.id === id)?.nodeArgs;
    };
    expect(nodeArgsOf('sfu-fra-1', '{"sfu-fra-1":["--cpu-prof"]}')).toEqual(['--cpu-prof']);
    expect(nodeArgsOf('sfu-sgp-1', '{"sfu-fra-1":["--cpu-prof"]}')).toEqual([]);
    expect(() => nodeArgsOf('web', '{"sfu-1":[]}')).toThrow(/--process-node-args: sfu-1 is none of/);
    expect(() => nodeArgsOf('web', '{"web":"--cpu-prof"}')).toThrow('--process-node-args: web needs a list of strings');
  });

  it('add receivers of one site, each with its own address and folder', () => {
    const options = read('--distribution', '--receivers-per-region', '2');
    if (options === 'help') throw new Error('no help was asked for');
    const receivers = topology(options, secrets).filter(({ kind }) => kind === 'receiver');
    expect(receivers.map(({ id, config, endpoints }) => [id, config['site'], endpoints[0]?.ip])).toEqual([
      ['rcv-fra', 'site-fra', '127.0.1.11'],
      ['rcv-fra-2', 'site-fra', '127.0.1.12'],
      ['rcv-sgp', 'site-sgp', '127.0.2.11'],
      ['rcv-sgp-2', 'site-sgp', '127.0.2.12'],
    ]);
    expect(new Set(receivers.map(({ config }) => config['filesDir'])).size).toBe(4);
  });

  it('move and add rows of the firewall table', () => {
    const options = read('--port-offset', '5000', '--nodes-per-region', '2', '--media-address', '10.1.1.1');
    if (options === 'help') throw new Error('help was not asked for');
    const table = portTable(topology(options, secrets));
    expect(table).toMatch(/^centre +control +tcp +127\.0\.0\.1 +12000 /m);
    expect(table).toMatch(/^sfu-sgp-2 +client +udp +10\.1\.1\.1 +12920 /m);
    expect(table).not.toMatch(/ 7\d{3}\b/);
  });

  it.each([
    { offset: '2200', id: 'sig-fra', address: '127.0.1.1:10080' },
    { offset: '3080', id: 'centre', address: '127.0.0.1:10080' },
    { offset: '2280', id: 'web', address: '127.0.0.1:10080' },
  ])('are refused if $id would listen at a port that fetch and browsers block', async ({ offset, id, address }) => {
    await expect(fetch('http://127.0.0.1:10080/')).rejects.toMatchObject({ cause: { message: 'bad port' } });
    const options = read('--port-offset', offset);
    if (options === 'help') throw new Error('help was not asked for');
    expect(() => topology(options, secrets)).toThrow(
      `--port-offset ${offset}: ${id} would listen at ${address}, where browsers refuse to connect`,
    );
  });
});

describe('--autoscale', () => {
  it.each([
    { name: 'another driver', args: ['--autoscale', 'yes'], says: 'log or process' },
    { name: 'a policy that is not JSON', args: ['--autoscale', 'log', '--autoscale-policy', '{'], says: 'no JSON' },
    {
      name: 'a policy that is a list',
      args: ['--autoscale', 'log', '--autoscale-policy', '[]'],
      says: 'a JSON object',
    },
    {
      name: 'a further address',
      args: ['--autoscale', 'process', '--public-address', '10.0.0.1'],
      says: 'loopback only',
    },
  ])('refuses $name', ({ args, says }) => {
    expect(() => read(...args)).toThrow(says);
  });

  it('adds the supervisor’s own port to the firewall table, only when it listens there', () => {
    const table = (...args: string[]): string => {
      const options = read(...args);
      return options === 'help' ? '' : portTable(topology(options, secrets));
    };
    expect(table('--autoscale', 'process')).toContain('7002');
    expect(table('--autoscale', 'log')).not.toContain('7002');
  });
});

it.each([
  { args: [], packages: 'test' },
  { args: ['proof/test/unit/container'], packages: 'test' },
  { args: ['--all'], packages: 'bench' },
  { args: ['--rotation'], packages: 'bench' },
  { args: ['proof/test/nightly/container'], packages: 'bench' },
])('npm test -- $args needs the packages of $packages', ({ args, packages }) => {
  expect(withPackages('test', commands.get('test') ?? { entry: '' }, args).packages).toBe(packages);
});
