// A show's crowd with signaling alone, as it plays by a gateway: what one signaling node of a real cloud spends on each
// of them. The clients are bare sockets of this process, each with an address of its own (loopback), because a node
// bounds what one address may open.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeServerFrame, encodeClientFrame, limits, type wire } from '@meridian/protocol';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { TestCloud } from '../../../test/support/cloud.ts';
import { until } from '../../../test/support/poll.ts';
import { percentile, type Say } from '../../support/case.ts';
import type { CrowdPart } from './part.ts';

/** Joins under way at once: a show that begins, and the clients' own process has one core as well. */
const JOINS_AT_ONCE = 200;
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
    const sockets: WebSocket[] = [];
    try {
      const metrics = await measured({ cloud, viewers, turns, sockets }, say);
      return { params: { viewers, turns }, metrics, missed: [] };
    } finally {
      for (const socket of sockets) socket.terminate();
      await cloud.stop();
    }
  },
};

interface Measuring {
  readonly cloud: TestCloud;
  readonly viewers: number;
  readonly turns: number;
  readonly sockets: WebSocket[];
}

async function measured({ cloud, viewers, turns, sockets }: Measuring, say: Say): Promise<Record<string, number>> {
  const url = `${cloud.entryUrl('frankfurt').replace('http', 'ws')}/v1/rtc`;
  const pid = cloud.pid('sig-fra');
  const { key, secret } = cloud.secrets().devKey;
  const host = await opened(url, '127.0.0.1', sockets);
  await joined(host, await tokenOf(key, secret, 'host', { roomAdmin: true, canPublish: true }), false);
  await answered(host, { act: { setRoom: { kind: 'show' } } });
  const tokens = await Promise.all(
    Array.from({ length: viewers }, (_, at) => tokenOf(key, secret, `viewer-${at}`, { canPublish: false })),
  );
  const [rssBefore, cpuBefore, startedMs] = [rssBytes(pid), cpuNs(pid), performance.now()];
  const joinMs: number[] = [];
  let next = 0;
  let heard = 0;
  const joiner = async (): Promise<void> => {
    for (let at = next++; at < viewers; at = next++) {
      const beganMs = performance.now();
      const socket = await opened(url, addressOf(at), sockets);
      await joined(socket, tokens[at] ?? '', true);
      socket.on('message', (data) => {
        if (decodeServerFrame(data as Buffer).roomEvents != null) heard += 1;
      });
      joinMs.push(performance.now() - beganMs);
      if ((at + 1) % 1000 === 0) say(`${at + 1} have joined`);
    }
  };
  await Promise.all(Array.from({ length: JOINS_AT_ONCE }, joiner));
  const allMs = performance.now() - startedMs;
  const joinCpuNs = cpuNs(pid) - cpuBefore;
  await delay(SETTLE_MS);
  const rss = rssBytes(pid);
  const idle = await cpuOver(pid, async () => void (await delay(turns * BROADCAST_EVERY_MS)));
  const busy = await cpuOver(pid, async () => {
    for (let turn = 0; turn < turns; turn += 1) {
      await answered(host, { act: { setRoom: { title: `turn ${turn}` } } });
      await delay(BROADCAST_EVERY_MS);
    }
    await until('all have heard all', () => heard >= turns * viewers, 60_000);
  });
  return {
    joinAllMs: allMs,
    joinMsP50: percentile(joinMs, 0.5),
    joinMsP95: percentile(joinMs, 0.95),
    joinCpuUsPerViewer: joinCpuNs / 1000 / viewers,
    rssBytesPerViewer: (rss - rssBefore) / viewers,
    idleCpuShare: idle.ns / 1e6 / idle.ms,
    broadcastCpuUsPerViewer: Math.max(0, busy.ns - (idle.ns / idle.ms) * busy.ms) / 1000 / (turns * viewers),
    framesHeard: heard,
  };
}

/** Processor time of a process while `work` is done. */
async function cpuOver(pid: number, work: () => Promise<void>): Promise<{ ns: number; ms: number }> {
  const [beforeNs, beforeMs] = [cpuNs(pid), performance.now()];
  await work();
  return { ns: cpuNs(pid) - beforeNs, ms: performance.now() - beforeMs };
}

const addressOf = (at: number): string => `127.10.${at >> 8}.${at & 255}`;
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

async function opened(url: string, localAddress: string, sockets: WebSocket[]): Promise<WebSocket> {
  const socket = new WebSocket(url, { localAddress, perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

async function joined(socket: WebSocket, token: string, crowd: boolean): Promise<void> {
  const fingerprint = { algorithm: 'sha-256', value: Array.from({ length: 32 }, () => '00').join(':') };
  const endpoint = { webrtc: { fingerprint } };
  const endpoints = crowd ? { crowd } : { sendEndpoint: endpoint, recvEndpoint: endpoint };
  const join = Object.assign({ protocolVersion: limits.protocolVersion, token, sdk: 'bench' }, endpoints);
  const answer = await answered(socket, { join });
  if (answer.joined?.isCrowd !== crowd) throw new Error(`not joined: ${answer.error?.code ?? answer.body}`);
  const ping = setInterval(() => socket.send(encodeClientFrame({ ping: { sentMs: 1 } })), limits.pingIntervalMs);
  socket.once('close', () => clearInterval(ping));
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
