import { EventEmitter } from 'node:events';
import { MeridianClientError } from '@meridian/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MediaMove, type MediaMovePorts } from '../../src/media/move.ts';
import { MediaSession } from '../../src/media/session.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class FakeTransport extends EventEmitter {
  readonly id: string;
  connectionState = 'connected';
  closed = false;
  /** Handler of mediasoup-client, whose `receive` media/ice-start.ts wraps. */
  readonly handler = { receive: () => Promise.resolve([]) };

  constructor({ id }: { readonly id: string }) {
    super();
    this.id = id;
  }
  fail(): void {
    this.connectionState = 'failed';
    this.emit('connectionstatechange', 'failed');
  }
  close(): void {
    this.closed = true;
  }
}

/** Returns a session at a media node, `a`, that has to move to `b`. Both nodes refuse to restart ICE. */
function setUp() {
  const requests: string[] = [];
  const failed: string[] = [];
  const certificate = { certificate: {} as RTCCertificate, fingerprint: { algorithm: 'sha-256', value: '' } };
  const device = {
    createSendTransport: (row: { id: string }) => new FakeTransport(row),
    createRecvTransport: (row: { id: string }) => new FakeTransport(row),
  };
  const preparation = { device, send: certificate, recv: certificate } as unknown as MediaMovePorts['preparation'];
  const transportsOf = (node: string) => ({
    sendTransport: { id: `${node}-send`, webrtc: { ice: {}, candidates: [], dtlsFingerprints: [] } },
    recvTransport: { id: `${node}-recv`, webrtc: { ice: {}, candidates: [], dtlsFingerprints: [] } },
  });
  const request: MediaMovePorts['request'] = (body) => {
    requests.push(body.restartIce?.transportId ?? '');
    return Promise.reject(new MeridianClientError('REQUEST_INVALID'));
  };
  const mediaStub = { moveTo: () => Promise.resolve(false), settleMove: () => undefined };
  const oldMedia = new MediaSession({
    preparation,
    transports: transportsOf('a'),
    request,
    connected: () => undefined,
    failed: () => void failed.push('a'),
  });
  const move = new MediaMove({
    move: transportsOf('b'),
    preparation,
    request,
    publishing: mediaStub as unknown as MediaMovePorts['publishing'],
    subscribing: mediaStub as unknown as MediaMovePorts['subscribing'],
    failed: () => void failed.push('b'),
  });
  const fail = async (media: MediaSession): Promise<void> => {
    (media.recv as unknown as FakeTransport).fail();
    await vi.advanceTimersByTimeAsync(1);
  };
  return { old: oldMedia, move, fail, asked: requests, failed };
}

it('until the move is made, a failure of the old media node is reported, one of the new media node is not', async () => {
  const { old, move, fail, failed } = setUp();
  await fail(move.media);
  expect(failed).toEqual([]);
  await fail(old);
  expect(failed).toEqual(['a']);
});

it('the death of a media node that we have left does not count as a failure, and causes no request', async () => {
  const { old, move, fail, asked, failed } = setUp();
  move.finishPreparation(old);
  await fail(old);
  expect([asked, failed]).toEqual([[], []]);
  await fail(move.media);
  expect([asked, failed]).toEqual([['b-recv'], ['b']]);
});

it('the old transports stay open for 12 s after the move', async () => {
  const { old, move } = setUp();
  move.finishPreparation(old);
  await vi.advanceTimersByTimeAsync(11_999);
  expect(old.closed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(old.closed).toBe(true);
});
