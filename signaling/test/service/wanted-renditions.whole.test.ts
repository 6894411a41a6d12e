// Tests requests for H.264 to a publisher of other codecs, through three signaling nodes, any of which may fail.
import { limits, routerConstant, rtpCapabilitiesToWire, type wire } from '@meridian/protocol';
import { type Clock, systemClock } from '@meridian/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { TestClient } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

/** The machine's clock, but a rendition's linger time ends when the test decides. */
class LingerClock {
  readonly #lingering = new Set<() => void>();
  readonly clock: Clock = {
    ...systemClock(),
    after: (delayMs, fn) => {
      if (delayMs !== bounds.renditionLingerMs) return systemClock().after(delayMs, fn);
      this.#lingering.add(fn);
      return { cancel: () => void this.#lingering.delete(fn) };
    },
  };
  get isLingering(): boolean {
    return this.#lingering.size > 0;
  }
  turn(): void {
    for (const fn of this.#lingering) fn();
    this.#lingering.clear();
  }
}

let linger: LingerClock;
let rig: Rig;
let node: FakeNode;
let [owner, hers, his]: Instance[] = [];
beforeEach(async () => {
  linger = new LingerClock();
  rig = await Rig.start({ clock: linger.clock });
  node = await rig.node('sfu-1');
  for (const id of ['sig-1', 'sig-2', 'sig-3']) await rig.instance(id);
  [owner, hers, his] = rig.instances;
  await until(() => owner?.centre.fleet.has('sig-3') === true, 'all know each other');
});
afterEach(() => rig.close());

const camera = 'TR_camera0000001';
const rendition = 'TR_rendition0001';
const h264 = 'video/H264';
const decodesLittle = {
  recvRtpCapabilities: rtpCapabilitiesToWire({
    codecs: (routerConstant.capabilities.codecs ?? []).filter(({ mimeType }) => mimeType === h264),
  }),
};
const publish = (client: TestClient, trackId: string, mimeType: string, derivedFrom = ''): Promise<string> =>
  client.outcome({
    publish: {
      track: { trackId, kind: 2, source: 1, derivedFrom },
      rtpParameters: {
        mid: '0',
        codecs: [{ mimeType, payloadType: 100, clockRate: 90_000 }],
        encodings: [{ ssrc: 1 }],
      },
    },
  });
const renditionRequestsTo = (client: TestClient): string[] =>
  client.heard.flatMap(({ renditionRequest: one }) =>
    one == null ? [] : [`${one.trackId} ${one.mimeType} ${one.isWanted ? 'make' : 'stop'}`],
  );
const make = `${camera} ${h264} make`;
const stop = `${camera} ${h264} stop`;
const failures = (client: TestClient): string[] =>
  client.heard.flatMap((frame) => frame.subscriptionsAdded?.failed ?? []).map(({ code }) => code ?? '');

/** Joins a bystander at the owner, the publisher (she) of VP8 at the second node, and the viewer (he) at the third. */
async function call(o: { his?: wire.Join.$Properties } = {}): Promise<{ she: TestClient; he: TestClient }> {
  await TestClient.join(owner?.url ?? '', { identity: 'first' });
  const she = await TestClient.join(hers?.url ?? '', { identity: 'she' });
  expect(await publish(she, camera, 'video/VP8')).toBe('published');
  const he = await TestClient.join(his?.url ?? '', { identity: 'he', join: { ...decodesLittle, ...o.his } });
  return { she, he };
}

it('the publisher is asked once, its rendition is received, and some time after the last need it may stop', async () => {
  const { she, he } = await call();
  await until(() => renditionRequestsTo(she).length > 0, 'she is asked');
  const other = await TestClient.join(owner?.url ?? '', { identity: 'other', join: decodesLittle });
  expect(await publish(she, rendition, h264, camera)).toBe('published');
  await until(() => [he, other].every((one) => one.tracksReceived().includes(camera)), 'both receive her');
  expect([...he.tracksReceived(), ...other.tracksReceived()]).not.toContain(rendition);
  expect(await he.outcome({ updateSubscription: { trackId: camera, subscribed: false } })).toBe('ack');
  expect(linger.isLingering).toBe(false);
  other.socket.close(1000);
  await until(() => linger.isLingering, 'no client needs it');
  expect(await he.outcome({ updateSubscription: { trackId: camera, subscribed: true } })).toBe('ack');
  await until(() => !linger.isLingering, 'he needs it again');
  linger.turn();
  expect(renditionRequestsTo(she)).toEqual([make]);
  he.socket.close(1000);
  await until(() => linger.isLingering, 'he has left');
  linger.turn();
  await until(() => renditionRequestsTo(she).length === 2, 'she may stop');
  expect(renditionRequestsTo(she)).toEqual([make, stop]);
});

it('a client that chooses tracks needs renditions of its chosen tracks, and of no others', async () => {
  const { she, he } = await call({ his: { manualSubscribe: true } });
  expect(await he.outcome({ ping: { sentMs: 1 } })).toBe('pong');
  expect(renditionRequestsTo(she)).toEqual([]);
  expect(await he.outcome({ updateSubscription: { trackId: camera, subscribed: true } })).toBe('ack');
  await until(() => failures(he).length === 1, 'he cannot have it');
  await until(() => renditionRequestsTo(she).length === 1, 'she is asked');
  expect(await he.outcome({ updateSubscription: { trackId: camera, subscribed: false } })).toBe('ack');
  await until(() => linger.isLingering, 'he wants it no more');
});

it('a publisher refuses a rendition that it cannot make, and its refusal counts only for its own tracks', async () => {
  const { she, he } = await call({ his: { manualSubscribe: true } });
  await he.outcome({ updateSubscription: { trackId: camera, subscribed: true } });
  await until(() => renditionRequestsTo(she).length === 1, 'she is asked');
  const refuse = (client: TestClient, o: wire.RenditionRefused.$Properties = {}): Promise<string> =>
    client.outcome({ renditionRefused: { trackId: camera, mimeType: h264, code: 'CODEC_UNSUPPORTED', ...o } });
  expect(await refuse(he)).toBe('TRACK_UNKNOWN');
  expect(await refuse(she, { trackId: '' })).toBe('TRACK_UNKNOWN');
  expect(await refuse(she, { code: 'NEVER_HEARD_OF' })).toBe('REQUEST_INVALID');
  expect(await refuse(she, { mimeType: 'x'.repeat(limits.mimeTypeLengthMax + 1) })).toBe('REQUEST_INVALID');
  expect(await refuse(she)).toBe('ack');
  expect(failures(he)).toEqual(['CODEC_UNSUPPORTED']);
  // Only the absence of further requests to her shows that the owner believes the refusal.
  he.socket.close(1000);
  await until(() => linger.isLingering, 'he has left');
  linger.turn();
  expect(await she.outcome({ ping: { sentMs: 1 } })).toBe('pong');
  expect(renditionRequestsTo(she)).toEqual([make]);
});

it('a gateway makes a rendition that the publisher cannot make, and ends it when no client needs it', async () => {
  const { she, he } = await call();
  await until(() => renditionRequestsTo(she).length === 1, 'she is asked');
  const refused = { trackId: camera, mimeType: h264, code: 'CODEC_UNSUPPORTED' };
  rig.centre.transcodeErrorCode = 'OVERLOADED';
  expect(await she.outcome({ renditionRefused: refused })).toBe('ack');
  await until(() => rig.centre.transcodeRequests.length === 2, 'the centre is asked, and asked again');
  rig.centre.transcodeErrorCode = undefined;
  const order = { roomKey: 'acme/lobby', epoch: 1, trackId: camera, fromMimeType: 'video/VP8', toMimeType: h264 };
  expect(rig.centre.transcodeRequests[0]).toMatchObject({ ...order, nodeId: node.id, width: 0, height: 0, fence: '' });
  const gateway = await TestClient.join(his?.url ?? '', {
    identity: 'gateway',
    claims: { kind: 'gateway' },
    video: { hidden: true },
    join: { manualSubscribe: true },
  });
  expect(await publish(gateway, rendition, h264, camera)).toBe('published');
  await until(() => he.tracksReceived().includes(camera), 'he receives her');
  he.socket.close(1000);
  await until(() => linger.isLingering, 'he has left');
  linger.turn();
  await until(() => renditionRequestsTo(gateway).length === 1, 'the gateway is informed');
  expect([renditionRequestsTo(gateway), renditionRequestsTo(she)]).toEqual([[stop], [make]]);
});

it('a publisher that returns through another signaling node is asked after its join; its renditions stay its own', async () => {
  const { she, he } = await call();
  await until(() => renditionRequestsTo(she).length === 1, 'she is asked');
  const resume = { sessionId: she.sessionId, resumeKey: she.joined?.resumeKey ?? '' };
  she.socket.terminate();
  const again = await TestClient.join(his?.url ?? '', { identity: 'she', join: { resume } });
  expect(again.joined?.resumed).toBe(true);
  await until(() => renditionRequestsTo(again).length > 0, 'she is asked again');
  expect(await publish(again, rendition, h264, camera)).toBe('published');
  await until(() => he.tracksReceived().includes(camera), 'he receives her');
  again.socket.terminate();
  const third = await TestClient.join(hers?.url ?? '', { identity: 'she', join: { resume } });
  expect(third.joined?.self?.tracks?.map(({ trackId }) => trackId)).toEqual([camera]);
  await until(() => renditionRequestsTo(third).length > 0, 'and again');
  expect(await publish(third, 'TR_rendition0002', h264, camera)).toBe('TRACK_EXISTS');
});

it('the next owner knows the needs: a needed rendition continues, an unneeded one stops', async () => {
  const { she, he } = await call();
  await until(() => renditionRequestsTo(she).length === 1, 'she is asked');
  await publish(she, rendition, h264, camera);
  await until(() => he.tracksReceived().includes(camera), 'he receives her');
  await owner?.kill();
  await until(() => renditionRequestsTo(she).length === 2, 'the next owner has heard of the need');
  await until(() => !linger.isLingering, 'and lets nothing end');
  expect(node.sessions.get(she.sessionId)?.tracks.has(rendition)).toBe(true);
  he.socket.close(1000);
  await until(() => linger.isLingering, 'he has left');
  linger.turn();
  await until(() => renditionRequestsTo(she).length === 3, 'she may stop');
  expect(renditionRequestsTo(she)).toEqual([make, make, stop]);
});

it('a client whose signaling node dies keeps its need when it comes back in time', async () => {
  const { she, he } = await call();
  await until(() => renditionRequestsTo(she).length === 1, 'she is asked');
  await his?.kill();
  await until(() => linger.isLingering, 'what that node needed is gone');
  const resume = { sessionId: he.sessionId, resumeKey: he.joined?.resumeKey ?? '' };
  const again = await TestClient.join(hers?.url ?? '', { identity: 'he', join: { ...decodesLittle, resume } });
  expect(again.joined?.resumed).toBe(true);
  await until(() => !linger.isLingering, 'he is back');
  expect(renditionRequestsTo(she)).toEqual([make]);
});
