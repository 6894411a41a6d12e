// A show's crowd with signaling alone, as it plays by a gateway: what one signaling node of a real cloud spends on each
// of them, and how long what its owner says is on the way to them.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeServerFrame, encodeClientFrame, limits, type wire } from '@meridian/protocol';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { TestCloud } from '../../../test/support/cloud.ts';
import { percentile, type Say } from '../../support/case.ts';
import type { CrowdPart } from './part.ts';
import { monotonicMs, Viewers } from './viewers.ts';

/** Of the viewers: a process of them has a core at most. */
const PROCESSES = 2;
/** Joins under way at once: a show that begins. */
const JOINS_AT_ONCE = 200;
/** A hall of ten thousand is in within two minutes, on two cores that its clients share. */
const JOINS_PER_S_AIM = 84;
/** Memory that joins needed for a moment is given back by then. */
const SETTLE_MS = 5000;
const BROADCAST_EVERY_MS = 400;
const ROOM = 'show';

export const signalingCrowd: CrowdPart = {
  flag: 'signaling',
  summary: 'viewers with signaling alone, at one signaling node',
  run: async (options, say) => {
    const { viewers = 10_000, turns = 20 } = options;
    const cloud = await TestCloud.start({ extraArgs: ['--log-level', 'warn'] });
    const crowd = new Viewers(PROCESSES);
    try {
      const metrics = await measured({ cloud, crowd, viewers, turns }, say);
      const { joinsPerS = 0 } = metrics;
      const missed = joinsPerS < JOINS_PER_S_AIM ? [`${joinsPerS.toFixed(0)} joins/s, aim ${JOINS_PER_S_AIM}`] : [];
      return { params: { viewers, turns }, metrics, missed };
    } finally {
      crowd.end();
      await cloud.stop();
    }
  },
};

interface Measuring {
  readonly cloud: TestCloud;
  readonly crowd: Viewers;
  readonly viewers: number;
  readonly turns: number;
}

async function measured({ cloud, crowd, viewers, turns }: Measuring, say: Say): Promise<Record<string, number>> {
  const { hostname, port } = new URL(cloud.entryUrl('frankfurt'));
  const pid = cloud.pid('sig-fra');
  const { key, secret } = cloud.secrets().devKey;
  const host = await hostAt(`ws://${hostname}:${port}/v1/rtc`, await tokenOf(key, secret, 'host', { roomAdmin: true }));
  await answered(host, { act: { setRoom: { kind: 'show' } } });
  const tokens = await Promise.all(
    Array.from({ length: viewers }, (_, at) => tokenOf(key, secret, `viewer-${at}`, { canPublish: false })),
  );
  const rssBefore = rssBytes(pid);
  let joinMs: number[] = [];
  const joins = await cpuOver(pid, async () => {
    joinMs = await crowd.join({ host: hostname, port: Number(port), tokens, atOnce: JOINS_AT_ONCE });
  });
  say(`${viewers} have joined in ${(joins.ms / 1000).toFixed(1)} s`);
  await delay(SETTLE_MS);
  const rss = rssBytes(pid);
  const idle = await cpuOver(pid, () => delay(turns * BROADCAST_EVERY_MS));
  await crowd.listen();
  const begunMs: number[] = [];
  const busy = await cpuOver(pid, async () => {
    for (let turn = 0; turn < turns; turn += 1) {
      const heard = crowd.heard(turn + 1);
      begunMs.push(monotonicMs());
      await Promise.all([answered(host, { act: { setRoom: { title: `turn ${turn}` } } }), heard]);
      await delay(Math.max(0, BROADCAST_EVERY_MS - (monotonicMs() - (begunMs[turn] ?? 0))));
    }
  });
  host.terminate();
  const delays = await crowd.delays(begunMs);
  return {
    joinsPerS: (viewers * 1000) / joins.ms,
    joinMsP50: percentile(joinMs, 0.5),
    joinMsP95: percentile(joinMs, 0.95),
    joinCpuUsPerViewer: joins.ns / 1000 / viewers,
    joinCpuShare: joins.ns / 1e6 / joins.ms,
    rssBytesPerViewer: (rss - rssBefore) / viewers,
    idleCpuShare: idle.ns / 1e6 / idle.ms,
    broadcastCpuUsPerViewer: Math.max(0, busy.ns - (idle.ns / idle.ms) * busy.ms) / 1000 / (turns * viewers),
    broadcastMsP50: percentileOf(delays, 0.5),
    broadcastMsP95: percentileOf(delays, 0.95),
    broadcastsHeard: delays.reduce((sum, count) => sum + count, 0),
  };
}

/** Of values that are counted: at [n] how often n is there. */
function percentileOf(counts: readonly number[], p: number): number {
  const rank = Math.ceil(p * counts.reduce((sum, count) => sum + count, 0));
  let passed = 0;
  return counts.findIndex((count) => {
    passed += count;
    return passed >= rank;
  });
}

/** Processor time of a process while `work` is done. */
async function cpuOver(pid: number, work: () => Promise<unknown>): Promise<{ ns: number; ms: number }> {
  const [beforeNs, beforeMs] = [cpuNs(pid), monotonicMs()];
  await work();
  return { ns: cpuNs(pid) - beforeNs, ms: monotonicMs() - beforeMs };
}

const TICK_NS = 10_000_000;
/** User and system time of all its threads. */
function cpuNs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_NS;
}
const rssBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;

function tokenOf(key: string, secret: string, identity: string, rights: Record<string, boolean>): Promise<string> {
  return new SignJWT({ name: identity, video: Object.assign({ room: ROOM, roomJoin: true }, rights) })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(key)
    .setSubject(identity)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
}

async function hostAt(url: string, token: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  const fingerprint = { algorithm: 'sha-256', value: Array.from({ length: 32 }, () => '00').join(':') };
  const endpoint = { webrtc: { fingerprint } };
  const join = { protocolVersion: limits.protocolVersion, token, sdk: 'bench' };
  const answer = await answered(socket, {
    join: Object.assign(join, { sendEndpoint: endpoint, recvEndpoint: endpoint }),
  });
  if (answer.joined == null) throw new Error(`the host is not in: ${answer.error?.code ?? answer.body}`);
  const ping = setInterval(() => socket.send(encodeClientFrame({ ping: { sentMs: 1 } })), limits.pingIntervalMs);
  socket.once('close', () => clearInterval(ping));
  return socket;
}

function answered(socket: WebSocket, body: wire.ClientFrame.$Properties): Promise<wire.ServerFrame> {
  return new Promise((resolve, reject) => {
    const over = (): void => reject(new Error('the socket closed before the answer'));
    const take = (data: unknown): void => {
      const frame = decodeServerFrame(data as Buffer);
      if (frame.replyTo !== 1) return;
      socket.off('message', take);
      socket.off('close', over);
      resolve(frame);
    };
    socket.on('message', take);
    socket.once('close', over);
    socket.send(encodeClientFrame({ requestId: 1, ...body }));
  });
}
