// A storm of joins: light clients that connect by ICE and DTLS, each as soon as its turn comes.
import { setTimeout as delay } from 'node:timers/promises';
import type { LightClients } from '../capacity/clients.ts';
import { childrenOf, treeCpuMs } from '../capacity/processor.ts';
import type { ForwardServer } from '../forward/server.ts';
import { cameraTrace } from '../forward/trace.ts';

const settleMs = 3000;

export interface StormCost {
  readonly joinsPerSecond: number;
  /** CPU time of the server for each join. The packets of the people already inside are subtracted. */
  readonly cpuMsPerJoin: number;
  /** The same for each process of the server, first without and then with its children only. */
  readonly cpuMsByProcess: readonly number[];
}

const cpuMsOf = (server: ForwardServer): number[] =>
  server.pids().flatMap((pid) => {
    const childrenMs = childrenOf(pid).reduce((sum, child) => sum + treeCpuMs(child), 0);
    return [treeCpuMs(pid) - childrenMs, childrenMs];
  });
const since = (nowMs: readonly number[], fromMs: readonly number[]): number[] =>
  nowMs.map((ms, index) => ms - (fromMs[index] ?? 0));

/**
 * Joins people to a room with one voice, `atOnce` at a time, after as many have joined another one: the server has run
 * for a while. Meanwhile forwarding costs the mean of what it costs before and afterwards, since the room fills evenly.
 */
export async function stormCost(
  server: ForwardServer,
  clients: LightClients,
  o: { people: number; atOnce: number },
): Promise<StormCost> {
  const fill = async (room: string): Promise<() => Promise<unknown>> => {
    const publishers = [await server.publish(clients, { room, video: false, trace: cameraTrace('paced', 'full') })];
    let left = o.people;
    const joinInTurn = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await server.subscribe(clients, { room, publishers });
      }
    };
    return () => Promise.all(Array.from({ length: o.atOnce }, joinInTurn));
  };
  await (await fill('before'))();
  const join = await fill('storm');
  await delay(settleMs);
  const beforeFromMs = cpuMsOf(server);
  await delay(settleMs);
  const beforeMs = since(cpuMsOf(server), beforeFromMs);
  const [fromMs, startedMs] = [cpuMsOf(server), performance.now()];
  await join();
  const [joinedMs, cpuMs] = [performance.now() - startedMs, since(cpuMsOf(server), fromMs)];
  await delay(settleMs);
  const idleFromMs = cpuMsOf(server);
  await delay(settleMs);
  const idleMs = since(cpuMsOf(server), idleFromMs);
  const forwardedMs = (index: number): number =>
    ((((beforeMs[index] ?? 0) + (idleMs[index] ?? 0)) / 2) * joinedMs) / settleMs;
  const cpuMsByProcess = cpuMs.map((ms, index) => (ms - forwardedMs(index)) / o.people);
  return {
    joinsPerSecond: (o.people / joinedMs) * 1000,
    cpuMsPerJoin: cpuMsByProcess.reduce((sum, ms) => sum + ms, 0),
    cpuMsByProcess,
  };
}

export interface Class {
  readonly joinMs: readonly number[];
  /** Longest time without a packet of the teacher, for those who were there before. */
  readonly worstGapMs: number;
  readonly sendLateMsP99: number;
}

/** Lets people join a running class with a camera, evenly over some seconds. */
export async function joinClass(
  server: ForwardServer,
  clients: LightClients,
  o: { people: number; seconds: number; before: number },
): Promise<Class> {
  const room = 'class';
  const publishers = [await server.publish(clients, { room, video: true, trace: cameraTrace('paced', 'full') })];
  for (let index = 0; index < o.before; index += 1) await server.subscribe(clients, { room, publishers });
  await delay(settleMs);
  const measured = clients.measure(o.seconds * 1000);
  const startedMs = performance.now();
  const joinMs = Array.from({ length: o.people }, async (_, index) => {
    await delay(Math.max(0, startedMs + (index * o.seconds * 1000) / o.people - performance.now()));
    const fromMs = performance.now();
    await server.subscribe(clients, { room, publishers });
    return performance.now() - fromMs;
  });
  const [{ worstGapMs, sendLateMsP99 }, allJoinMs] = await Promise.all([measured, Promise.all(joinMs)]);
  return { joinMs: allJoinMs, worstGapMs, sendLateMsP99 };
}
