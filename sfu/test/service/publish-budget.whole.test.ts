// What a tenant may send to a node together: real workers, senders that obey as browsers do, and one that does not.
import { call, note, post, type RtpParameters, rpc, type wire } from '@meridian/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  Cloud,
  room,
  type SignalingLink,
  sessionIdOf,
  sessionInfo,
  trackIdOf,
  until,
  videoTrack,
} from './kit/cloud.ts';
import { PlainPeer } from './kit/plain-peer.ts';
import { vp8Packet, vp8Parameters } from './kit/rtp.ts';

const transportWideCc = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
const roomKey = 'acme/demo';
const ref = room(1, 'sig-a', roomKey);
const limitBps = 400_000;
const wantedBps = 600_000;
const stepMs = 20;

let cloud: Cloud;
let signaling: SignalingLink;
const peers: PlainPeer[] = [];
const timers: NodeJS.Timeout[] = [];
beforeAll(async () => {
  cloud = await Cloud.open();
  signaling = await cloud.signaling('sig-a', await cloud.node('node-a'));
});
afterAll(async () => {
  for (const timer of timers) clearInterval(timer);
  for (const peer of peers) peer.close();
  await cloud.close();
});

/** As browsers have it: the worker counts packets by it, and only then says what may be sent. */
function parametersOf(ssrc: number): RtpParameters {
  const plain = vp8Parameters([ssrc]);
  const codecs = plain.codecs.map((codec) => ({ ...codec, rtcpFeedback: [{ type: 'transport-cc' }] }));
  return { ...plain, codecs, headerExtensions: [{ uri: transportWideCc, id: 5 }] };
}
/** The same packet with its number on the transport, in a one-byte header extension. */
function counted(packet: Buffer, seq: number): Buffer {
  const extension = Buffer.from([0xbe, 0xde, 0, 1, 0x51, (seq >> 8) & 0xff, seq & 0xff, 0]);
  const header = Buffer.from(packet.subarray(0, 12));
  header[0] = (header[0] ?? 0) | 0x10;
  return Buffer.concat([header, extension, packet.subarray(12)]);
}

/** A publisher of `wantedBps` of video, or of its share of that. */
async function sender(n: number, { obeys }: { obeys: boolean }): Promise<PlainPeer> {
  const peer = await PlainPeer.open();
  peers.push(peer);
  const at = await call(signaling.link, rpc.attachSession, {
    room: ref,
    session: sessionInfo(n, signaling.id),
    sendEndpoint: peer.endpoint,
    limits: { publishBps: limitBps, version: 1 },
  });
  const ssrc = 1000 + n;
  await signaling.produce(sessionIdOf(n), videoTrack(n), parametersOf(ssrc), ref);
  let [seq, budgetBytes] = [0, 0];
  timers.push(
    setInterval(() => {
      budgetBytes += (Math.min(wantedBps, obeys ? peer.boundBps || wantedBps : wantedBps) * stepMs) / 8000;
      for (; budgetBytes > 0; budgetBytes -= 700) {
        seq += 1;
        peer.send(counted(vp8Packet(ssrc, seq, seq % 20 === 1, 680), seq), at.sendTransport);
      }
    }, stepMs),
  );
  return peer;
}
/** What arrives of each. */
async function arriving(...sessions: number[]): Promise<number[]> {
  const answers = await Promise.all(
    sessions.map((n) => call(signaling.link, rpc.trackStats, { room: ref, sessionId: sessionIdOf(n) })),
  );
  return answers.map(({ tracks }) => tracks[0]?.bitrateBps ?? 0);
}

test('obedient publishers share what their tenant may send; another one loses its video and hears why; no limit is none', async () => {
  const [ann, bob] = [await sender(1, { obeys: true }), await sender(2, { obeys: true })];
  await until('both send what fits, and the same', async () => {
    const rates = await arriving(1, 2);
    const total = rates.reduce((sum, bps) => sum + bps, 0);
    const areTold = [ann, bob].every(({ boundBps = 0 }) => Math.abs(boundBps - limitBps * 0.475) < limitBps * 0.05);
    return areTold && total > limitBps * 0.7 && total <= limitBps && Math.min(...rates) > limitBps * 0.35;
  });

  await sender(3, { obeys: false });
  const ended = () => signaling.of('trackEnded').map(({ trackId, reason }) => [trackId, reason]);
  await until('a track is ended', () => ended().length > 0);
  expect(ended()).toEqual([[trackIdOf(3), 'QUOTA_EXCEEDED']]);
  const counts = () => cloud.nodes.get('node-a')?.app.node.publishBudgets.counts;
  expect(counts()).toEqual({ tenants: 1, ended: 1 });

  const held = { rooms: [{ roomKey, sessionIds: [1, 2, 3].map(sessionIdOf) }] };
  const hears = (limits: wire.TenantLimits.$Properties) =>
    post(signaling.link, note.sessionsHeld, { ...held, tenants: [{ tenant: 'acme', limits }] });
  hears({ version: 2 });
  hears({ version: 1, publishBps: limitBps }); // of a signaling node that has not heard of it yet
  await until('both send what they want', async () => Math.min(...(await arriving(1, 2))) > wantedBps * 0.9);
  expect([ann.boundBps, bob.boundBps, counts()]).toEqual([0, 0, { tenants: 0, ended: 1 }]);
});
