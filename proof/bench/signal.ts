// Measures a signaling node, as deployed, against a bare WebSocket server on the same library with the same sizes and
// the same number of sends. Both have one processor to themselves; the clients are on the other.
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { countOption, type LabCase, type Metrics, type Say } from '../support/case.ts';
import { type Aim, rounded } from '../support/result.ts';
import { pin } from './capacity/processor.ts';
import { bareSpecOf, median, perCpuSecond, type Window } from './signal/figures.ts';
import { type Member, RoomClients } from './signal/room-clients.ts';
import { type Server, ServerProcess, startSignaling } from './signal/signaling-process.ts';

const shareAim = 0.6;
const idleBytesAim = 12_000;
const serverCpu = 0;
/** Pause after which the last batch of a window has been sent: newcomers, reactions and posts wait 500 ms at most. */
const drainMs = 700;
/** The bare server does the same for each message, so a short window shows its cost. */
const bareWindowS = 1;
/** With these the young generation of the heap has its full size before the measured clients come. */
const idleBefore = 2000;
const idleClients = 2000;
const idleSettleMs = 8000;

interface Kind {
  readonly name: string;
  /** Messages a second of each room, by its size, within the limits of its clients. */
  readonly perSecond: (size: number) => number;
  act(clients: RoomClients, member: Member, turn: number): Promise<void> | void;
}

const kinds: readonly Kind[] = [
  {
    name: 'chat',
    perSecond: () => 20,
    act: (clients, member, turn) =>
      clients.send(member, { sendPost: { kind: 'chat', text: `post ${turn} of a room` } }),
  },
  {
    name: 'state',
    perSecond: () => 20,
    act: (clients, member, turn) => clients.send(member, { updateSelf: { metadata: JSON.stringify({ turn }) } }),
  },
  {
    name: 'reactions',
    perSecond: (size) => Math.min(1000, 10 * size),
    act: (clients, member) => clients.send(member, { sendReactions: { counts: { like: 1 } } }),
  },
  {
    name: 'presence',
    perSecond: () => 2,
    act: (clients, member) => clients.comeBack(member),
  },
];

const rooms = [
  { size: 10, count: 60 },
  { size: 1000, count: 1 },
];

export const signalBench: LabCase = {
  name: 'signal',
  summary: 'messages of a signaling node per CPU-second, and memory per idle client, beside a bare WebSocket server',
  configure: (command) =>
    void command
      .option('--window <s>', 'duration of a measurement in seconds', countOption, 2)
      .option('--rounds <n>', 'measurements of each server, in turn', countOption, 3)
      .option('--kinds <list>', 'kinds of messages, separated by commas; absent: all', listOption)
      .option('--sizes <list>', 'sizes of rooms, separated by commas; absent: all', listOption)
      .option('--no-idle', 'leave out the memory of idle clients')
      .option('--node-args <list>', "options of the signaling node's Node, separated by commas", listOption, []),
  run: async (options, say) => {
    const [windowS, rounds] = [Number(options['window']), Number(options['rounds'])];
    const nodeArgs = options['nodeArgs'] as readonly string[];
    const isWanted = (option: string, name: string | number): boolean =>
      (options[option] as readonly string[] | undefined)?.includes(String(name)) ?? true;
    const clientCpu = cpus().length - 1;
    if (clientCpu === serverCpu) throw new Error('the benchmark needs two processors: the server has one to itself');
    pin(process.pid, clientCpu);
    const metrics: Record<string, Metrics> = {};
    const aims: Aim[] = [];
    for (const { size, count } of rooms.filter((one) => isWanted('sizes', one.size))) {
      const ofRooms = await withServers(nodeArgs, async (ours, bare) => {
        for (const clients of [ours, bare]) await clients.open({ name: 'room', rooms: count, size });
        const shares: Record<string, Metrics> = {};
        for (const kind of kinds.filter(({ name }) => isWanted('kinds', name))) {
          const figures = await compare({ ours, bare, kind, size, windowS, rounds });
          shares[kind.name] = figures;
          say(
            `rooms of ${size}, ${kind.name}: ${figures.perCpuSecond.toFixed(0)} messages per CPU-second, ` +
              `${(100 * figures.shareOfBare).toFixed(0)} % of bare`,
          );
          aims.push({
            figure: `${kind.name} in rooms of ${size}, messages per CPU-second`,
            value: figures.shareOfBare,
            aim: shareAim,
            should: 'least',
            peer: 'a bare server on ws that sends the same',
            limit: '1: the bare server',
          });
        }
        return shares;
      });
      metrics[`rooms${size}`] = ofRooms;
    }
    if (options['idle'] === false) return { params: { windowS, rounds }, metrics, aims, missed: [] };
    const idle = await withServers(nodeArgs, (ours, bare) => measureIdle(ours, bare, say));
    metrics['idle'] = idle;
    aims.push({
      figure: 'bytes of an idle client beyond a bare socket',
      value: idle.bytesBeyondBare,
      aim: idleBytesAim,
      should: 'most',
      peer: `a bare socket on ws: ${rounded(idle.bareBytes)}`,
      limit: '0',
    });
    return { params: { windowS, rounds }, metrics, aims, missed: [] };
  },
};

const listOption = (text: string): string[] => text.split(',');

interface Side extends RoomClients {
  readonly pid: number;
}

async function withServers<T>(nodeArgs: readonly string[], work: (ours: Side, bare: Side) => Promise<T>): Promise<T> {
  const ours = await startSignaling({ cpu: serverCpu, nodeArgs });
  let bare: Server | undefined;
  const sides: RoomClients[] = [];
  try {
    bare = await startBare();
    const [a, b] = [sideOf(ours, false), sideOf(bare, true)];
    sides.push(a, b);
    return await work(a, b);
  } finally {
    for (const side of sides) side.close();
    await bare?.close();
    await ours.close();
  }
}

function sideOf(server: Server, isBare: boolean): Side {
  return Object.assign(new RoomClients(server, { isBare }), { pid: server.pid });
}

async function startBare(): Promise<Server> {
  const file = join(import.meta.dirname, 'signal/bare-server.ts');
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = new ServerProcess({
    cpu: serverCpu,
    args: [file],
    onLine: (line) => {
      if (line.startsWith('port ')) resolve(Number(line.slice('port '.length)));
    },
  });
  const port = await promise;
  return { url: (room) => `ws://127.0.0.1:${port}/${room}`, pid: server.pid, close: () => server.close() };
}

interface Compared extends Metrics {
  readonly perCpuSecond: number;
  readonly barePerCpuSecond: number;
  readonly shareOfBare: number;
  readonly sentPerSecond: number;
  readonly bareSentPerSecond: number;
  /** Share of its processor that the signaling node used. */
  readonly busyShare: number;
}

/** Measures both servers in turn. After each window of ours, the bare server sends as much as ours did. */
async function compare(o: CompareOptions): Promise<Compared> {
  const { ours, bare, size, windowS } = o;
  await windowOf(ours, { ...o, windowS: 1 });
  const [a, b]: [Window[], Window[]] = [[], []];
  for (let round = 0; round < o.rounds; round += 1) {
    const window = await windowOf(ours, o);
    bare.configure(JSON.stringify(bareSpecOf(window, size)));
    a.push(window);
    b.push(await windowOf(bare, { ...o, windowS: bareWindowS }));
  }
  const sentPerSecond = ({ answers, news }: Window, seconds: number): number => (answers + news) / seconds;
  return {
    perCpuSecond: median(a.map(perCpuSecond)),
    barePerCpuSecond: median(b.map(perCpuSecond)),
    shareOfBare: median(a.map((window, at) => perCpuSecond(window) / perCpuSecond(b[at] as Window))),
    sentPerSecond: median(a.map((window) => sentPerSecond(window, windowS))),
    bareSentPerSecond: median(b.map((window) => sentPerSecond(window, bareWindowS))),
    busyShare: median(a.map(({ cpuMs }) => cpuMs / 1000 / windowS)),
  };
}

interface CompareOptions {
  readonly ours: Side;
  readonly bare: Side;
  readonly kind: Kind;
  readonly size: number;
  readonly windowS: number;
  readonly rounds: number;
}

/** Has the members of all rooms act in turn, at an even rate, and counts until the last batch is out. */
async function windowOf(
  side: Side,
  { kind, size, windowS }: { kind: Kind; size: number; windowS: number },
): Promise<Window> {
  side.reset();
  const fromMs = cpuMsOf(side.pid);
  const lists = [...side.rooms.values()];
  const perSecond = kind.perSecond(size);
  const steps = windowS * perSecond;
  const startedMs = performance.now();
  const acts: Promise<void>[] = [];
  for (let step = 0; step < steps; step += 1) {
    const waitMs = startedMs + (step * 1000) / perSecond - performance.now();
    if (waitMs > 1) await delay(waitMs);
    for (const members of lists) {
      const done = kind.act(side, members[turn % members.length] as Member, turn);
      if (done !== undefined) acts.push(done);
    }
    turn += 1;
  }
  await Promise.all(acts);
  await delay(drainMs);
  return { ...side.counts, cpuMs: cpuMsOf(side.pid) - fromMs };
}

let turn = 0;

interface Idle extends Metrics {
  readonly bytes: number;
  readonly bareBytes: number;
  readonly bytesBeyondBare: number;
}

/** Measures the memory of each client that has joined a room of ten and is silent. */
async function measureIdle(ours: Side, bare: Side, say: Say): Promise<Idle> {
  const size = 10;
  const residentAfter = async (name: string, clients: number): Promise<number[]> => {
    for (const side of [bare, ours]) await side.open({ name, rooms: clients / size, size });
    await delay(idleSettleMs);
    return [bare, ours].map(({ pid }) => residentBytes(pid));
  };
  const before = await residentAfter('before', idleBefore);
  const after = await residentAfter('idle', idleClients);
  const [bareBytes = Number.NaN, bytes = Number.NaN] = after.map((now, at) => (now - (before[at] ?? 0)) / idleClients);
  say(`an idle client takes ${bytes.toFixed(0)} bytes, a bare socket ${bareBytes.toFixed(0)}`);
  return { bytes, bareBytes, bytesBeyondBare: bytes - bareBytes };
}

function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}

/** Returns the CPU time so far of all threads of a process, as the scheduler has counted it. */
function cpuMsOf(pid: number): number {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`))
    ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  return ns / 1e6;
}
