// Light clients of the benchmarks, against sockets of this test: what a server of another kind needs of them.
import { createHmac } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { clientIce, LightClients } from '../../bench/capacity/clients.ts';
import { cameraTrace, sendMedia } from '../../bench/forward/trace.ts';

let clients: LightClients;
const sockets: Socket[] = [];
beforeAll(async () => {
  clients = await LightClients.start({ cpu: 0, isPrecise: true });
});
afterAll(() => clients.close());
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

async function listening(): Promise<Socket> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

test('send a camera and a microphone under given keys, and count and decrypt them', async () => {
  const relay = await listening();
  const { port } = relay.address();
  const [key, otherKey] = [new Uint8Array(44).fill(7), new Uint8Array(44).fill(9)];
  const end = { address: '127.0.0.1', port };
  const sender = clients.connectKeyed({ ...end, sendKey: key, receiveKey: otherKey, sends: true });
  const receiver = clients.connectKeyed({ ...end, sendKey: otherKey, receiveKey: key, sends: false });
  await clients.connected();
  expect(clients.endOf(receiver).suite).toBe('SRTP_AEAD_AES_256_GCM');
  const sizes: number[] = [];
  relay.on('message', (packet, from) => {
    if (from.port !== clients.endOf(sender).port) return;
    sizes.push(packet.length);
    relay.send(packet, clients.endOf(receiver).port, '127.0.0.1');
  });
  const [video, audio] = [
    { ssrc: 1, payloadType: 96 },
    { ssrc: 2, payloadType: 111, levelExtensionId: 6 },
  ];
  for (const [ssrc, kind] of [[1, 'video'] as const, [2, 'audio'] as const]) clients.expect(receiver, { ssrc, kind });
  sendMedia(clients, sender, { index: 0, trace: cameraTrace('burst', 'full'), video, audio });
  const window = await clients.measure(1000);
  expect(window).toMatchObject({ undecryptable: 0, silentStreams: 0, streams: 2 });
  expect(window.expectedPackets - window.receivedPackets).toBe(0);
  expect(window.videoPackets).toBeGreaterThan(window.audioPackets);
  expect(Math.max(...sizes)).toBe(1200 + 16); // with the tag of SRTP
  expect(window.delayMsP50).toBeGreaterThan(0);
});

test.each(['controlling', 'controlled'] as const)(
  'check a connection as the %s agent, and answer checks',
  async (role) => {
    const server = await listening();
    const { port } = server.address();
    const iceParameters = { usernameFragment: 'server', password: 'passwordOfTheServer000' };
    const iceCandidates = [{ protocol: 'udp', address: '127.0.0.1', port }];
    clients.connect({ iceParameters, iceCandidates }, { sends: false, transportCcId: 0, role });
    const [request, from] = (await once(server, 'message')) as [Buffer, { port: number }];
    expect(request.readUInt16BE(0)).toBe(0x0001);
    const attributes = attributesOf(request);
    expect(attributes.get(0x0006)?.toString()).toBe(`server:${clientIce.usernameFragment}`);
    expect([attributes.has(0x802a), attributes.has(0x8029)]).toEqual(
      role === 'controlling' ? [true, false] : [false, true],
    );
    expect(attributes.has(0x0025)).toBe(role === 'controlling'); // only a controlling agent nominates

    const check = Buffer.concat([Buffer.from('000100002112a442', 'hex'), Buffer.from('twelve bytes')]);
    server.send(check, from.port, '127.0.0.1');
    let answer: Buffer = Buffer.alloc(20);
    while (answer.readUInt16BE(0) !== 0x0101) [answer] = (await once(server, 'message')) as [Buffer];
    expect(answer.subarray(8, 20).toString()).toBe('twelve bytes');
    const mapped = attributesOf(answer).get(0x0020) ?? Buffer.alloc(8);
    expect(mapped.readUInt16BE(2) ^ 0x2112).toBe(port);
    expect((mapped.readUInt32BE(4) ^ 0x2112a442) >>> 0).toBe(0x7f000001);
    expect(attributesOf(answer).get(0x0008)).toEqual(integrityOf(answer, clientIce.password));
  },
);

function attributesOf(message: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= message.length; ) {
    const bytes = message.readUInt16BE(at + 2);
    found.set(message.readUInt16BE(at), message.subarray(at + 4, at + 4 + bytes));
    at += 4 + Math.ceil(bytes / 4) * 4;
  }
  return found;
}

/** Returns the MESSAGE-INTEGRITY of a message that ends with it and a FINGERPRINT (RFC 8489, 14.5). */
function integrityOf(message: Buffer, password: string): Buffer {
  const covered = Buffer.from(message.subarray(0, message.length - 8 - 24));
  covered.writeUInt16BE(message.length - 8 - 20, 2);
  return createHmac('sha1', password).update(covered).digest();
}
