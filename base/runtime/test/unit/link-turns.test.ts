// Tests that the frames of an event-loop turn leave together.
import { EventEmitter } from 'node:events';
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { SocketLink } from '../../src/link/link.ts';
import { defaultLinkLimits } from '../../src/link/types.ts';

function linkOnSocket(isDialer = true) {
  const clock = new ManualClock();
  const calls: string[] = [];
  const socket = Object.assign(new EventEmitter(), {
    bufferedAmount: 0,
    send: () => calls.push('frame'),
    close: () => calls.push('close'),
    terminate: () => calls.push('terminate'),
    ping: () => calls.push('ping'),
  });
  const link = new SocketLink({
    socket: socket as unknown as WebSocket,
    connection: { cork: () => calls.push('held'), uncork: () => calls.push('let go') },
    remote: { id: 'n1', kind: 'sfu', region: 'eu' },
    localAddress: '',
    remoteAddress: '',
    limits: defaultLinkLimits,
    isDialer,
    clock,
    log: createLogger({ name: 'test', level: 'fatal' }),
    onGone: () => undefined,
  });
  return { link, done: calls, clock, socket };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('frames of one turn are held and sent together at its end', async () => {
  const { link, done: calls } = linkOnSocket();
  link.send(1, new Uint8Array(1));
  await Promise.resolve();
  link.send(2, new Uint8Array(1));
  expect(calls).toEqual(['held', 'frame', 'frame']);
  await turn();
  expect(calls).toEqual(['held', 'frame', 'frame', 'let go']);
  link.send(3, new Uint8Array(1));
  await turn();
  expect(calls.slice(4)).toEqual(['held', 'frame', 'let go']);
});

test('a link that closes in the same turn still sends its held frames', async () => {
  const { link, done: calls } = linkOnSocket();
  link.send(1, new Uint8Array(1));
  link.close('enough');
  await turn();
  expect(calls).toEqual(['held', 'frame', 'close', 'let go']);
  expect(link.send(2, new Uint8Array(1))).toBe(false);
  expect(calls).toHaveLength(4);
});

test('the side that dialled pings in every period; the other side pings after a silent period', () => {
  const [dialling, dialled] = [linkOnSocket(true), linkOnSocket(false)];
  for (const { clock, socket } of [dialling, dialled])
    for (const isHeard of [true, true, false, false]) {
      clock.advance(defaultLinkLimits.pingIntervalMs / 2);
      if (isHeard) socket.emit('ping');
      clock.advance(defaultLinkLimits.pingIntervalMs / 2);
    }
  expect(dialling.done).toEqual(['ping', 'ping', 'ping', 'ping']);
  expect(dialled.done).toEqual(['ping', 'ping']);
});
