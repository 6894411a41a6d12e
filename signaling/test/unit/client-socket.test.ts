// Tests how a client's socket is kept and given up, against a fake WebSocket.
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { limits } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { WsClientSocket } from '../../src/adapters/clients/client-socket.ts';

function listening() {
  const clock = new ManualClock();
  const events: string[] = [];
  const socket = Object.assign(new EventEmitter(), {
    readyState: WebSocket.OPEN,
    binaryType: 'nodebuffer',
    ping: () => events.push('ping'),
  });
  new WsClientSocket(socket as unknown as WebSocket, new PassThrough(), clock).listen({
    onFrame: () => undefined,
    onText: () => undefined,
    onSilent: () => events.push('silent'),
    onEnd: () => undefined,
  });
  const intervals = (count: number): void => clock.advance(count * limits.pingIntervalMs);
  return { socket, events, intervals };
}

it('a client that speaks in every interval is not pinged', () => {
  const { socket, events, intervals } = listening();
  for (let at = 0; at < 10; at += 1) {
    intervals(1);
    socket.emit('message', Buffer.alloc(1), true);
  }
  expect(events).toEqual([]);
});

it('a silent client is pinged, and its socket is kept as long as it answers', () => {
  const { socket, events, intervals } = listening();
  for (let at = 0; at < 5; at += 1) {
    intervals(2);
    expect(events.splice(0)).toEqual(['ping']);
    socket.emit('pong');
  }
});

it('a client that answers no ping is given up once, an interval after the allowed number of missed pongs', () => {
  const { events, intervals } = listening();
  intervals(limits.pingMissesMax);
  expect(events).toEqual(['ping']);
  intervals(5);
  expect(events).toEqual(['ping', 'silent']);
});
