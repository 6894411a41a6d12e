// Measures joins: their number a second and their CPU time at our centre, signaling node and media node together,
// beside Janus with its plugin videoroom; and a class that three hundred people join within half a minute. The people
// are light clients that connect by ICE and DTLS in another network namespace. Those of Janus share one session of its
// API.
import { cpus } from 'node:os';
import process from 'node:process';
import { countOption, type LabCase, type Metrics, percentile, type Say } from '../support/case.ts';
import { type Aim, rounded } from '../support/result.ts';
import { LightClients } from './capacity/clients.ts';
import { pin } from './capacity/processor.ts';
import { startJanusBest, startJanusShipped } from './forward/janus.ts';
import { ForwardNet } from './forward/namespaces.ts';
import type { StartServer } from './forward/server.ts';
import { OurCloud } from './join-storm/our-cloud.ts';
import { joinClass, type StormCost, stormCost } from './join-storm/storm.ts';
import { median } from './signal/figures.ts';

const cpuToJanusAim = 0.5;
const joinMsP99Aim = 1500;
const gapMsAim = 200;
const serverCpu = 0;
const atOnce = 8;
/** People in the class before the storm. */
const classBefore = 10;
const classSeconds = 30;

const serversOf = (nodeArgs: readonly string[]): Readonly<Record<string, StartServer>> => ({
  ours: (place) => OurCloud.start(place, nodeArgs),
  janusBest: startJanusBest,
  janusShipped: startJanusShipped,
});

export const joinStormBench: LabCase = {
  name: 'join-storm',
  summary: 'joins a second and CPU time per join beside Janus, and 300 people into one class (namespaces; root)',
  configure: (command) =>
    void command
      .option('--people <n>', 'joins that are measured at each server', countOption, 100)
      .option('--rounds <n>', 'measurements of each server, in turn', countOption, 3)
      .option('--class <n>', 'people who join one class within 30 s', countOption, 300)
      .option('--servers <list>', 'servers, separated by commas', listOption, ['ours', 'janusBest', 'janusShipped'])
      .option('--no-class', 'leave out the class')
      .option('--node-args <list>', 'options of the Node of our processes, separated by commas', listOption, []),
  run: async (options, say) => {
    const [people, rounds, inClass] = [
      Number(options['people']),
      Number(options['rounds']),
      Number(options['class'] || 0),
    ];
    const clientCpu = cpus().length - 1;
    if (clientCpu === serverCpu) throw new Error('the benchmark needs two processors: the server has one to itself');
    pin(process.pid, clientCpu);
    const servers = serversOf(options['nodeArgs'] as readonly string[]);
    const net = ForwardNet.create({ serverCpu, clientCpu, gsoThrough: false, hasPriority: false });
    try {
      const costs = new Map<string, StormCost[]>();
      for (let round = 0; round < rounds; round += 1)
        for (const name of options['servers'] as readonly string[]) {
          const start = servers[name];
          if (start === undefined) throw new Error(`--servers: ${name} is none of ${Object.keys(servers).join(', ')}`);
          const cost = await withServer(net, start, (server, clients) =>
            stormCost(server, clients, { people, atOnce }),
          );
          costs.set(name, [...(costs.get(name) ?? []), cost]);
          say(
            `${name}: ${cost.joinsPerSecond.toFixed(0)} joins a second, ${cost.cpuMsPerJoin.toFixed(2)} ms of CPU each ` +
              `(${cost.cpuMsByProcess.map((ms) => ms.toFixed(2)).join(' + ')})`,
          );
        }
      const found = inClass === 0 ? {} : await measureClass(net, inClass, say);
      return { params: { people, rounds, class: inClass, atOnce }, ...resultOf(costs, found) };
    } finally {
      net.close();
    }
  },
};

const listOption = (text: string): string[] => text.split(',');

async function measureClass(net: ForwardNet, people: number, say: Say): Promise<Metrics & Record<string, number>> {
  const o = { people, seconds: classSeconds, before: classBefore };
  const { joinMs, ...gaps } = await withServer(
    net,
    (place) => OurCloud.start(place, []),
    (server, clients) => joinClass(server, clients, o),
  );
  const [joinMsP50, joinMsP99] = [percentile(joinMs, 0.5), percentile(joinMs, 0.99)];
  say(
    `class of ${people}: joined after ${joinMsP50.toFixed(0)} ms, p99 ${joinMsP99.toFixed(0)} ms; ` +
      `worst gap of the call ${gaps.worstGapMs.toFixed(0)} ms`,
  );
  return { joinMsP50, joinMsP99, ...gaps };
}

async function withServer<T>(
  net: ForwardNet,
  start: StartServer,
  work: (server: Awaited<ReturnType<StartServer>>, clients: LightClients) => Promise<T>,
): Promise<T> {
  const { namespace } = net.clients;
  const clients = await LightClients.start({ cpu: net.place.far.cpu, namespace, isPrecise: false });
  try {
    const server = await start(net.place);
    try {
      return await work(server, clients);
    } finally {
      await server.close();
    }
  } finally {
    await clients.close();
  }
}

function resultOf(costs: ReadonlyMap<string, readonly StormCost[]>, found: Record<string, number>) {
  const metrics: Record<string, number | Metrics> = { class: found };
  const aims: Aim[] = [];
  const cpuMsOf = (rows: readonly StormCost[] | undefined): number =>
    median((rows ?? []).map(({ cpuMsPerJoin }) => cpuMsPerJoin));
  for (const [name, rows] of costs)
    metrics[name] = {
      joinsPerSecond: median(rows.map(({ joinsPerSecond }) => joinsPerSecond)),
      cpuMsPerJoin: cpuMsOf(rows),
    };
  const ours = costs.get('ours') ?? [];
  const theirs = costs.get('janusBest') ?? [];
  const toJanus = median(ours.map(({ cpuMsPerJoin }, round) => cpuMsPerJoin / (theirs[round]?.cpuMsPerJoin ?? 0)));
  metrics['cpuPerJoinToJanus'] = toJanus;
  if (ours.length > 0 && theirs.length > 0)
    aims.push({
      figure: 'CPU time of a join',
      value: toJanus,
      aim: cpuToJanusAim,
      should: 'most',
      peer: `Janus with one event loop: ${rounded(cpuMsOf(theirs))} ms`,
    });
  const { joinMsP99 = Number.NaN, worstGapMs = Number.NaN } = found;
  if (Object.keys(found).length > 0)
    aims.push(
      { figure: 'p99 of joins to the class, ms', value: joinMsP99, aim: joinMsP99Aim, should: 'most' },
      { figure: 'worst gap of the running call, ms', value: worstGapMs, aim: gapMsAim, should: 'most' },
    );
  return { metrics, aims, missed: [] };
}
