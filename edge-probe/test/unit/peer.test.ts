// Two hosts, and an attacker between them who reads all datagrams but has no key: no datagram of the attacker may have
// an effect.
import { ACCEPT_OLD_MS } from '@meridian/protocol';
import { type Rng, seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { pairMac, probeKeyOf, tagOf } from '../../src/adapters/pair-mac.ts';
import { DATAGRAM_BYTES, decodeDatagram } from '../../src/core/datagram.ts';
import { Peer, type ReceiveResult } from '../../src/core/peer.ts';

const keyOf = (byte: number): Uint8Array => probeKeyOf(new Uint8Array(32).fill(byte));
const peerOf = (own: string, other: string, session = 1000, nowMs = 0): Peer => {
  const peer = new Peer({ ownTag: tagOf(own), peerTag: tagOf(other), mac: pairMac, session, nowMs });
  peer.setKey(keyOf(1), nowMs);
  return peer;
};
const receiveBy = (to: Peer, bytes: Uint8Array, nowMs: number): ReceiveResult => {
  const datagram = decodeDatagram(bytes);
  return datagram === undefined ? { kind: 'refused', reason: 'malformed' } : to.receive(datagram, bytes, nowMs);
};
const answerTo = (to: Peer, bytes: Uint8Array, nowMs: number): Uint8Array => {
  const received = receiveBy(to, bytes, nowMs);
  if (received.kind !== 'answer') throw new Error(`no answer: ${JSON.stringify(received)}`);
  return received.bytes;
};
const requestOf = (peer: Peer, nowMs: number): Uint8Array => peer.request(nowMs) ?? new Uint8Array(0);

/** Sends a probe from a to b, which takes 40 ms, and the answer back, which takes 60 ms. */
function exchange(a: Peer, b: Peer, nowMs: number): { request: Uint8Array; answer: Uint8Array } {
  const request = requestOf(a, nowMs);
  const answer = answerTo(b, request, nowMs + 40);
  expect(receiveBy(a, answer, nowMs + 100)).toEqual({ kind: 'measured' });
  return { request, answer };
}

test('an exchange gives a measurement, and both datagrams have the same size', () => {
  const [a, b] = [peerOf('a', 'b'), peerOf('b', 'a')];
  const { request, answer } = exchange(a, b, 0);
  expect([request.length, answer.length]).toEqual([DATAGRAM_BYTES, DATAGRAM_BYTES]);
  expect(a.estimate(100, 200)).toMatchObject({ rttMs: 100, lossSlow: 0, probes: 1, isSilent: false });
  a.resetProbeCount();
  expect(a.estimate(100, 200)?.probes).toBe(0);
});

test('without a key nothing is sent or accepted', () => {
  const keyless = new Peer({ ownTag: tagOf('a'), peerTag: tagOf('b'), mac: pairMac, session: 1, nowMs: 0 });
  expect(keyless.request(0)).toBeUndefined();
  expect(receiveBy(keyless, requestOf(peerOf('b', 'a'), 0), 0)).toEqual({ kind: 'refused', reason: 'forged' });
});

test('a peer without datagrams for two periods is silent', () => {
  const [a, b] = [peerOf('a', 'b'), peerOf('b', 'a')];
  exchange(a, b, 0);
  expect([a.estimate(549, 200)?.isSilent, a.estimate(550, 200)?.isSilent]).toEqual([false, true]);
  expect(a.estimate(5000, 5000)?.isSilent).toBe(false); // with rare probes, a longer time counts as silence
});

describe('a peer refuses', () => {
  const [monday, tuesday] = [keyOf(1), keyOf(2)];

  test('a repeated request and a repeated answer', () => {
    const [a, b] = [peerOf('a', 'b'), peerOf('b', 'a')];
    const { request, answer } = exchange(a, b, 0);
    expect(receiveBy(b, request, 150)).toEqual({ kind: 'refused', reason: 'replayed' });
    expect(receiveBy(a, answer, 150)).toEqual({ kind: 'refused', reason: 'replayed' });
  });

  test('our own request sent back to us', () => {
    const a = peerOf('a', 'b');
    expect(receiveBy(a, requestOf(a, 0), 1)).toEqual({ kind: 'refused', reason: 'unknown' });
  });

  test.each([
    { name: 'a request signed with the key of another pair', key: keyOf(9) },
    { name: "a request signed with the pair's key instead of the key of probes", key: new Uint8Array(32).fill(1) },
  ])('$name', ({ key }) => {
    const wrongKeyPeer = new Peer({ ownTag: tagOf('a'), peerTag: tagOf('b'), mac: pairMac, session: 1000, nowMs: 0 });
    wrongKeyPeer.setKey(key, 0);
    expect(receiveBy(peerOf('b', 'a'), requestOf(wrongKeyPeer, 0), 0)).toEqual({ kind: 'refused', reason: 'forged' });
  });

  test('the previous key an hour after a new key, but not before, and the key before the previous one at once', () => {
    const b = peerOf('b', 'a');
    const yesterday = requestOf(peerOf('a', 'b', 1000), 0);
    const later = requestOf(peerOf('a', 'b', 1001), 0);
    b.setKey(tuesday, 10);
    expect(receiveBy(b, yesterday, 20).kind).toBe('answer');
    expect(receiveBy(b, later, 10 + ACCEPT_OLD_MS)).toEqual({ kind: 'refused', reason: 'forged' });
    const c = peerOf('b', 'a');
    c.setKey(tuesday, 10);
    c.setKey(keyOf(3), 20);
    expect(receiveBy(c, yesterday, 30)).toEqual({ kind: 'refused', reason: 'forged' });
    expect(monday).not.toEqual(tuesday);
  });

  test('an older session of the peer, but answers it now and then, so that a peer whose clock was set back recovers', () => {
    const b = peerOf('b', 'a');
    exchange(peerOf('a', 'b', 2000), b, 0);
    const restarted = peerOf('a', 'b', 1500); // its clock was set back
    const reminder = answerTo(b, requestOf(restarted, 200), 240);
    expect(receiveBy(b, requestOf(restarted, 400), 440)).toEqual({ kind: 'refused', reason: 'old_session' });
    expect(receiveBy(restarted, reminder, 300)).toEqual({ kind: 'refused', reason: 'old_session' });
    exchange(restarted, b, 600);
  });

  test('more than forty requests at once, and later more than twenty a second', () => {
    const [a, b] = [peerOf('a', 'b'), peerOf('b', 'a')];
    const kinds = Array.from({ length: 60 }, () => receiveBy(b, requestOf(a, 0), 0));
    expect(kinds.filter(({ kind }) => kind === 'answer')).toHaveLength(40);
    expect(kinds.at(-1)).toEqual({ kind: 'refused', reason: 'over_budget' });
    const second = Array.from({ length: 60 }, () => receiveBy(b, requestOf(a, 1000), 1000));
    expect(second.filter(({ kind }) => kind === 'answer')).toHaveLength(20);
  });
});

/** Makes a change that an attacker without a key can make. */
function tampered(rng: Rng, bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const kind = rng.int(5);
  if (kind === 0) return copy.subarray(0, rng.int(copy.length));
  if (kind === 1) return new Uint8Array([...copy, ...rng.bytes(1 + rng.int(1400))]);
  if (kind === 2) return rng.bytes(DATAGRAM_BYTES);
  const at = rng.int(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 + rng.int(255));
  if (kind === 4) copy.set(rng.bytes(16), DATAGRAM_BYTES - 16);
  return copy;
}

test('forged, cut, extended, replayed and reflected datagrams are refused and have no effect, in 200 random histories', () => {
  for (let round = 0; round < 200; round += 1) {
    const rng = seededRng(`datagrams ${round}`);
    const [a, b] = [peerOf('a', 'b'), peerOf('b', 'a')];
    const [calmA, calmB] = [peerOf('a', 'b'), peerOf('b', 'a')];
    const capturedDatagrams: Uint8Array[] = [];
    for (let step = 0; step < 15; step += 1) {
      const nowMs = step * 200;
      const { request, answer } = exchange(a, b, nowMs);
      const calm = exchange(calmA, calmB, nowMs);
      expect([request, answer], `round ${round}`).toEqual([calm.request, calm.answer]);
      capturedDatagrams.push(request, answer);
      for (let attack = 0; attack < 6; attack += 1) {
        const old = capturedDatagrams[rng.int(capturedDatagrams.length)] ?? request;
        const bytes = rng.int(3) === 0 ? old : tampered(rng, old);
        const victim = rng.int(2) === 0 ? a : b;
        const datagram = decodeDatagram(bytes);
        if (datagram === undefined) continue;
        expect(victim.receive(datagram, bytes, nowMs + 120).kind, `round ${round}, step ${step}`).toBe('refused');
      }
      const [estimate, calmEstimate] = [a.estimate(nowMs + 150, 200), calmA.estimate(nowMs + 150, 200)];
      expect(estimate, `round ${round}, step ${step}`).toEqual(calmEstimate);
    }
  }
});
