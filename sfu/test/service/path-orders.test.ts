// A media node's orders to a real forwarder when pipes change ports: datagrams still reach the right neighbour.
import { createSocket, type Socket } from 'node:dgram';
import { createLogger, ManualClock, seededRng, type Timer } from '@meridian/runtime';
import { afterEach, expect, test } from 'vitest';
import { nodeNumberOf } from '../../src/adapters/pathd.ts';
import { refusalPauseFirstMs } from '../../src/core/index.ts';
import { PathHub } from '../../src/paths.ts';
import { pathdBin } from '../kit/pathd.ts';
import { until } from './kit/cloud.ts';

/** Clock for pauses that end at once. Its checks never run, since frequent checks would count a forwarder as dead. */
class PausesClock extends ManualClock {
  override every(): Timer {
    return { cancel: () => undefined };
  }
}
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function socketOn(onMessage: (message: Buffer) => void = () => undefined): Promise<Socket> {
  const socket = createSocket('udp4', onMessage);
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  closers.push(() => socket.close());
  return socket;
}

/** Makes a hub with the real pathd, and a socket in place of all neighbours that records their datagrams. */
async function setUp() {
  const logLines: string[] = [];
  const receiverNumbers: string[] = [];
  const wire = await socketOn((message) => {
    if (((message[0] ?? 0) & 0x0f) === 1) receiverNumbers.push(message.readUInt32BE(8).toString(16).padStart(8, '0'));
  });
  const clock = new PausesClock();
  const hub = new PathHub({
    bin: pathdBin(),
    nodeId: 'me',
    listen: { ip: '127.0.0.1', port: 0 },
    pipeIp: '127.0.0.1',
    clock,
    log: createLogger({ name: 'sfu', destination: { write: (line: string) => void logLines.push(line) } }),
    rng: seededRng('orders'),
    onGone: () => undefined,
    onFlip: () => undefined,
    onLinks: () => undefined,
  });
  closers.push(() => hub.close());
  await hub.start();
  let local = { ip: '', port: 0 };
  const connect = (remoteId: string, pipe: Socket): void => {
    const offer = hub.offer(remoteId, '');
    if (offer === undefined) throw new Error('no offer');
    const remote = { ip: '127.0.0.1', port: wire.address().port, keyHex: '11'.repeat(16), flow: 0 };
    local = hub.open({ remoteId, fence: '', pipePort: pipe.address().port, local: offer, remote }) ?? local;
  };
  /** Resolves when a datagram of this pipe reaches the neighbour. */
  const waitUntilReached = (pipe: Socket, remoteId: string): Promise<unknown> =>
    until(`it reaches ${remoteId}`, () => {
      pipe.send(Buffer.alloc(20, 0x80), local.port, local.ip);
      return receiverNumbers.splice(0).at(-1) === nodeNumberOf(remoteId);
    });
  const refusalLines = (): string[] => logLines.filter((line) => line.includes('refused a command'));
  return { hub, clock, connect, reaches: waitUntilReached, refused: refusalLines };
}

test('a pipe gets the port that another pipe has just left, though both changes are sent at once', async () => {
  const { hub, connect, reaches, refused } = await setUp();
  const [first, second] = [await socketOn(), await socketOn()];
  connect('a', first);
  await reaches(first, 'a');
  connect('x', await socketOn()); // while its orders are unanswered, the next changes wait and go together
  hub.release('a', '');
  connect('b', first);
  connect('a', second);
  await reaches(first, 'b');
  await reaches(second, 'a');
  expect(refused()).toEqual([]);
});

test('two pipes can exchange their ports', async () => {
  const { hub, connect, reaches, refused } = await setUp();
  const [first, second] = [await socketOn(), await socketOn()];
  connect('a', first);
  connect('b', second);
  await reaches(first, 'a');
  await reaches(second, 'b');
  connect('x', await socketOn());
  hub.release('a', '');
  hub.release('b', '');
  connect('b', first);
  connect('a', second);
  await reaches(first, 'b');
  await reaches(second, 'a');
  expect(refused()).toEqual([]);
});

test('a refused order is sent again after a pause', async () => {
  const { hub, clock, connect, reaches, refused } = await setUp();
  const pipe = await socketOn();
  connect('a', pipe);
  await reaches(pipe, 'a');
  connect('b', pipe);
  await until('it is refused', () => refused().length === 2); // the flow, and its route
  hub.release('a', '');
  // no other event here would trigger a retry
  const pauses = setInterval(() => clock.advance(refusalPauseFirstMs), 20);
  closers.push(() => clearInterval(pauses));
  await reaches(pipe, 'b');
  expect(refused()).toHaveLength(2);
});
