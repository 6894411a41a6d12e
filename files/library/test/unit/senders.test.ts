import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import {
  SENDERS_MAX,
  SENDERS_PER_ADDRESS_MAX,
  SENDERS_PER_TENANT_MAX,
  SENDERS_PER_UPLOAD_MAX,
  Senders,
  SILENT_MS_MAX,
} from '../../src/serving/senders.ts';

function setUp() {
  const clock = new ManualClock();
  const senders = new Senders({ clock, onBytes: () => undefined });
  const enter = (o: { tenant?: string; address?: string; uploadId?: string; via?: string } = {}) => {
    const { tenant = 'acme', address = '10.0.0.1', uploadId = 'up_1', via = '' } = o;
    const request = new IncomingMessage(new Socket());
    request.on('error', () => undefined);
    const origin = { tenant, apiKey: tenant, tokenId: '', via, issuedWallMs: undefined };
    return { request, sender: senders.enter({ request, address, uploadId, origin }) };
  };
  /** Returns how many senders are accepted when each enters with options by its index. */
  const places = (senderAt: (at: number) => Parameters<typeof enter>[0]): number => {
    for (let at = 0; ; at += 1) {
      try {
        enter(senderAt(at));
      } catch (error) {
        expect(error).toMatchObject({ code: 'OVERLOADED', retryAfterMs: 5000 });
        return at;
      }
    }
  };
  return { clock, senders, enter, places };
}

it.each<[string, number, (at: number) => object]>([
  ['an upload', SENDERS_PER_UPLOAD_MAX, () => ({})],
  ['an address', SENDERS_PER_ADDRESS_MAX, (at) => ({ uploadId: `up_${at}`, tenant: `t${at}` })],
  ['a tenant', SENDERS_PER_TENANT_MAX, (at) => ({ uploadId: `up_${at}`, address: `10.0.0.${at}` })],
  ['the node', SENDERS_MAX, (at) => ({ uploadId: `up_${at}`, address: `10.0.0.${at}`, tenant: `t${at}` })],
])('%s may have at most %i senders', (_what, max, senderAt) => {
  const { places, senders } = setUp();
  expect([places(senderAt), senders.size]).toEqual([max, max]);
});

it('a place is released once, and a silent sender is ended, but a slow sender is not', () => {
  const { clock, senders, enter } = setUp();
  const slow = enter();
  const silent = enter();
  for (let times = 0; times < 3; times += 1) {
    clock.advance(SILENT_MS_MAX - 1);
    slow.sender.received(1);
  }
  expect([slow.request.destroyed, silent.request.destroyed]).toEqual([false, true]);
  for (let times = 0; times < 2; times += 1) silent.sender.leave();
  expect(senders.size).toBe(1);
  slow.sender.leave();
  clock.advance(2 * SILENT_MS_MAX);
  expect([senders.size, slow.request.destroyed]).toEqual([0, false]);
});

it('senders end when their token is revoked', () => {
  const { senders, enter } = setUp();
  const [ended, stays] = [enter({ via: 'link-1' }), enter({ via: 'link-2' })];
  senders.endRevoked(({ via }) => via === 'link-1');
  expect([ended.request.destroyed, stays.request.destroyed]).toEqual([true, false]);
});
