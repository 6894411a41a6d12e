// Tests messages of data channels between a client's socket and its session's media node.
import { encodeClientFrame, limits, note, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientSession } from '../../src/clients/client.ts';
import type { ClientSocket } from '../../src/ports.ts';
import { joinMessage } from '../service/rig/client.ts';
import type { FakeNode } from '../service/rig/node.ts';
import { MemoryCloud, type MemoryNode, MemorySocket, settled, tokenOf } from '../support/memory-cloud.ts';

const roomKey = 'acme/lobby';
let cloud: MemoryCloud;
let signaling: MemoryNode;
let home: FakeNode;
let second: FakeNode;
beforeEach(async () => {
  cloud = await MemoryCloud.start();
  home = cloud.mediaNode('sfu-fra', 'fra');
  second = cloud.mediaNode('sfu-sgp', 'sgp');
  cloud.centre.nodeOfCity.set('Frankfurt', 'sfu-fra');
  signaling = await cloud.node('sig-fra', 'fra');
});
afterEach(() => cloud.close());

class ChannelSocket extends MemorySocket {
  readonly taken: string[] = [];
  takeChannel(label: string, payload: Uint8Array): void {
    this.taken.push(`${label} ${Buffer.from(payload).toString()}`);
  }
}
interface Client<S extends ClientSocket> {
  readonly socket: S;
  readonly session: ClientSession;
}

/** Opens a socket that has only sent its Join. */
function begin<S extends MemorySocket>(socket: S): Client<S> {
  const session = signaling.clients.open(socket, { clientIp: '127.0.0.1', prove: () => true });
  socket.listen(session);
  const join = joinMessage(tokenOf({ identity: 'ann' }), { fromCity: 'Frankfurt' });
  socket.say(encodeClientFrame({ requestId: 1, join }));
  return { socket, session };
}
async function joined<S extends MemorySocket>(socket: S): Promise<Client<S>> {
  const client = begin(socket);
  await cloud.until(() => client.session.state === 'joined', 'the client has joined');
  return client;
}
const receiver = { onFrame: () => undefined, onEnd: () => undefined };
const channelSocket = (): ChannelSocket => new ChannelSocket(receiver, () => undefined);
const hello = new TextEncoder().encode('hello');
const says = async (node: FakeNode, sessionId: string): Promise<void> => {
  node.say('sig-fra', note.channelMessage, { roomKey, sessionId, label: '_reliable', payload: hello });
  await settled();
};
/** Begins a move; the second node gets a link with the first request to it. */
const moving = async ({ session }: Client<ClientSocket>): Promise<void> => {
  const { sessionId } = session;
  const order = { sessionId, moveId: 'MV_1', fromNodeId: 'sfu-fra', toNodeId: 'sfu-sgp', decisionId: '', reason: '' };
  session.beginMove(order).completed.catch(() => undefined);
  await cloud.until(() => second.sessions.has(sessionId), 'the second home');
};
const heardAt = (node: FakeNode): string[] =>
  node.called('channel').map((message) => {
    const { label, payload } = message as wire.ChannelMessage;
    return `${label} ${Buffer.from(payload).toString()}`;
  });

describe('a message to the client', () => {
  it('is not sent before the session has joined or after it has ended', async () => {
    const { socket, session } = begin(channelSocket());
    expect(session.sendChannel('_reliable', hello)).toBe(false);
    await cloud.until(() => session.state === 'joined', 'the client has joined');
    socket.leave(1000);
    await cloud.until(() => session.state === 'closed', 'the session is over');
    expect([session.sendChannel('_reliable', hello), heardAt(home)]).toEqual([false, []]);
  });

  it('is not sent when it is larger than a node accepts', async () => {
    const { session } = await joined(channelSocket());
    const largest = new Uint8Array(limits.channelMessageBytesMax);
    expect(session.sendChannel('_reliable', new Uint8Array(largest.byteLength + 1))).toBe(false);
    expect(session.sendChannel('_reliable', largest)).toBe(true);
  });

  it('is not sent when the media node is unreachable', async () => {
    const { session } = await joined(channelSocket());
    cloud.mediaNodes.delete('sfu-fra');
    expect(session.sendChannel('_reliable', hello)).toBe(false);
  });

  it('goes only to the media node of the session', async () => {
    const { session } = await joined(channelSocket());
    expect(session.sendChannel('_reliable', hello)).toBe(true);
    await settled();
    expect([heardAt(home), heardAt(second)]).toEqual([['_reliable hello'], []]);
  });

  it('goes to both homes during a move', async () => {
    const client = await joined(channelSocket());
    await moving(client);
    expect(client.session.sendChannel('_reliable', hello)).toBe(true);
    await settled();
    expect([heardAt(home), heardAt(second)]).toEqual([['_reliable hello'], ['_reliable hello']]);
  });
});

describe('a message from the client', () => {
  it('reaches its socket only from the session’s node', async () => {
    const client = await joined(channelSocket());
    const { sessionId } = client.session;
    await says(home, 'PA_nobody');
    await says(home, sessionId);
    expect(client.socket.taken).toEqual(['_reliable hello']);
    await moving(client);
    await says(second, sessionId);
    expect(client.socket.taken).toHaveLength(2);
  });

  it('is ignored from a node that has a link and is no home of the session', async () => {
    const ann = await joined(channelSocket());
    await moving(ann);
    const other = await joined(channelSocket()); // a newer session of the same identity
    await says(second, other.session.sessionId);
    expect(other.socket.taken).toEqual([]);
  });

  it('is ignored by a socket without data channels', async () => {
    const { session } = await joined(new MemorySocket(receiver, () => undefined));
    await says(home, session.sessionId);
    expect(session.state).toBe('joined');
  });
});
