import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { InvalidArgumentError } from 'commander';
import {
  type CentreAddress,
  spawnCentre,
  tempDir,
  until,
  writeConfig,
} from '../../scheduler/test/service/support/centre.ts';
import { enrolNode, FakeNode, newSession } from '../../scheduler/test/service/support/fake-node.ts';
import { startProxy } from '../../scheduler/test/service/support/proxy.ts';
import { startRedis } from '../../scheduler/test/service/support/redis.ts';
import { closeOwned, owned } from '../../test/support/owned.ts';
import { countOption, type LabCase, type Metrics, percentile, type Say } from '../support/case.ts';

/** What is promised: from the fault to a join that the other centre places. */
const TAKEOVER_MS_MAX = 5000;
/** A takeover that takes longer is not waited for. */
const GIVE_UP_MS = 60_000;
/** Handshakes under way while the nodes start. */
const STARTING_TOGETHER = 8;

const faults = ['kill', 'stop', 'cut'] as const;
type Fault = (typeof faults)[number];

interface Side {
  readonly id: string;
  readonly address: CentreAddress;
  leads(): Promise<boolean>;
  /** Knows that the other leads. */
  standsBy(): Promise<boolean>;
  harm(fault: Fault): void;
  heal(fault: Fault): Promise<void>;
}

/**
 * Two centres over one Redis, whichever leads is killed, frozen or cut off, again and again, while nodes hold links and
 * a signaling node asks for places.
 */
export const takeover: LabCase = {
  name: 'takeover',
  summary: 'the leading centre is killed, frozen, cut from Redis: how long until the other places joins (aim: 5 s)',
  configure: (command) => {
    command
      .option('--rounds <n>', 'takeovers of each kind', countOption, 8)
      .option('--nodes <n>', 'media nodes that register', countOption, 20)
      .option('--seed <n>', 'when in the lease the faults come', wholeOption, 1);
  },
  run: async (options, say) => {
    const { rounds, nodes, seed } = options as { rounds: number; nodes: number; seed: number };
    try {
      const cluster = await start(nodes, say);
      const rng = seededRng(String(seed));
      const took = new Map<Fault, Taken[]>(faults.map((fault) => [fault, []]));
      for (let round = 0; round < rounds * faults.length; round += 1) {
        const fault = faults[round % faults.length] ?? 'kill';
        await pause(rng.next() * 1000);
        const taken = await takeOver(cluster, fault);
        took.get(fault)?.push(taken);
        say(
          `${round + 1}: ${fault}, a join placed after ${taken.placedMs} ms, all nodes back after ${taken.backMs} ms`,
        );
      }
      return { params: { rounds, nodes, seed }, ...summary(took) };
    } finally {
      await closeOwned(() => undefined);
    }
  },
};

interface Taken {
  readonly placedMs: number;
  readonly backMs: number;
}

interface Cluster {
  readonly sides: readonly [Side, Side];
  readonly signaling: FakeNode;
  readonly nodes: readonly FakeNode[];
}

function summary(took: ReadonlyMap<Fault, readonly Taken[]>): { metrics: Metrics; missed: string[] } {
  const of = (values: readonly number[]): Metrics => ({
    p50Ms: percentile(values, 0.5),
    p99Ms: percentile(values, 0.99),
    maxMs: Math.max(...values),
  });
  const all = [...took.values()].flat();
  const metrics: Metrics = {
    takeovers: all.length,
    placed: of(all.map(({ placedMs }) => placedMs)),
    nodesBack: of(all.map(({ backMs }) => backMs)),
    ...Object.fromEntries([...took].map(([fault, list]) => [fault, of(list.map(({ placedMs }) => placedMs))])),
  };
  const late = all.filter(({ placedMs }) => placedMs > TAKEOVER_MS_MAX).length;
  return { metrics, missed: late === 0 ? [] : [`${late} takeovers took longer than ${TAKEOVER_MS_MAX} ms`] };
}

async function start(nodeCount: number, say: Say): Promise<Cluster> {
  const temp = tempDir();
  owned('the folder', temp.remove);
  const redis = await startRedis(temp.dir);
  owned('redis-server', () => redis.stop());
  const redisPort = Number(new URL(redis.url).port);
  const sides = [await startSide('centre-a', redisPort), await startSide('centre-b', redisPort)] as const;
  const [one, other] = sides;
  const both = { ...one.address, centreUrl: `${one.address.centreUrl},${other.address.centreUrl}` };
  say(`two centres; ${nodeCount} media nodes and a signaling node register`);
  const signaling = await startNode(both, 'sig', 'signaling');
  const nodes: FakeNode[] = [];
  const ids = Array.from({ length: nodeCount }, (_, at) => `sfu-${at}`);
  const next = async (): Promise<void> => {
    for (let id = ids.shift(); id !== undefined; id = ids.shift()) nodes.push(await startNode(both, id, 'sfu'));
  };
  await Promise.all(Array.from({ length: STARTING_TOGETHER }, next));
  return { sides, signaling, nodes };
}

async function startNode(address: CentreAddress, id: string, kind: string): Promise<FakeNode> {
  const node = new FakeNode({ id, kind, backoffMs: limits.centreBackoffMs, plansMax: 1 });
  owned(id, () => node.close());
  node.dial(address, await enrolNode(address, { id, kind, region: 'eu-central' }));
  await until(`${id} serves`, () => node.agent.state === 'serving');
  return node;
}

/** A centre in a process of its own, on ports that stay, with a way of its own to Redis. */
async function startSide(id: string, redisPort: number): Promise<Side> {
  const dir = tempDir();
  owned(`the folder of ${id}`, dir.remove);
  const proxy = await startProxy(redisPort);
  owned(`the way of ${id} to Redis`, () => proxy.close());
  const base = { id, standby: true, redisUrl: `redis://127.0.0.1:${proxy.port}`, logLevel: 'info' };
  let running = await spawnCentre(writeConfig(dir.dir, base));
  const { ports } = running;
  const address: CentreAddress = running;
  owned(id, async () => {
    running.child.kill('SIGCONT');
    await running.kill('SIGKILL');
  });
  const health = async (): Promise<{ isLeading?: boolean; leader?: string }> => {
    const answer = await fetch(`${address.httpUrl}/healthz`, { signal: AbortSignal.timeout(1000) }).catch(
      () => undefined,
    );
    return ((await answer?.json()) ?? {}) as { isLeading?: boolean; leader?: string };
  };
  return {
    id,
    address,
    leads: async () => (await health()).isLeading === true,
    standsBy: async () => {
      const { isLeading, leader } = await health();
      return isLeading === false && leader !== undefined && leader !== id;
    },
    harm(fault) {
      if (fault === 'cut') proxy.cut();
      else running.child.kill(fault === 'kill' ? 'SIGKILL' : 'SIGSTOP');
    },
    async heal(fault) {
      if (fault === 'cut') proxy.mend();
      else if (fault === 'stop') running.child.kill('SIGCONT');
      else running = await spawnCentre(writeConfig(dir.dir, { ...base, ...ports }));
    },
  };
}

async function takeOver({ sides, signaling, nodes }: Cluster, fault: Fault): Promise<Taken> {
  const leading = await until('one leads', async () => {
    for (const side of sides) if (await side.leads()) return side;
    return undefined;
  });
  const other = sides[0] === leading ? sides[1] : sides[0];
  await until('the other stands by', () => other.standsBy());
  await until(
    'all nodes are at the leader',
    () => nodes.every((node) => isAt(node, leading)) && isAt(signaling, leading),
  );
  const sinceMs = performance.now();
  leading.harm(fault);
  let backMs = Number.NaN;
  const back = until('all nodes are at the other', () => nodes.every((node) => isAt(node, other)), GIVE_UP_MS).then(
    () => {
      backMs = Math.round(performance.now() - sinceMs);
    },
  );
  await until('the other places a join', () => placedBy(other, signaling), GIVE_UP_MS);
  const placedMs = Math.round(performance.now() - sinceMs);
  await back;
  await leading.heal(fault);
  await until('the old leader stands by', () => leading.standsBy(), GIVE_UP_MS);
  return { placedMs, backMs };
}

function isAt(node: FakeNode, side: Side): boolean {
  return node.agent.state === 'serving' && node.link?.remote.id === side.id;
}

async function placedBy(side: Side, signaling: FakeNode): Promise<true | undefined> {
  if (!isAt(signaling, side)) return undefined;
  const answer = await signaling.place({ roomKey: 't/lab', sessionId: newSession() }).catch(() => undefined);
  return answer?.ok === true && isAt(signaling, side) ? true : undefined;
}

function wholeOption(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('a whole number');
  return value;
}
