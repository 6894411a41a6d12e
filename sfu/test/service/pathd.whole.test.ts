// pathd processes over real sockets: the datagrams that they forward and refuse, and a flip to the standby path.
import { afterEach, describe, expect, test } from 'vitest';
import { until } from './kit/cloud.ts';
import {
  closeAll,
  data,
  idA,
  idB,
  idR,
  idX,
  key,
  openResources,
  pair,
  triangle,
  Udp,
  waitUntilCounted,
} from './kit/pathds.ts';

afterEach(closeAll);

describe('two pathd processes', () => {
  test.each(['127.0.0.1', '::1'])(
    'carry datagrams both ways over %s, and deliver them to the pipe from the address that the pipe sends to',
    async (ip) => {
      const { a, b, pipeA, pipeB } = await pair(ip);
      const from = new Promise<number>((resolve) => pipeB.socket.once('message', (_, { port }) => resolve(port)));
      pipeA.send(Buffer.from('to b'), a.localPort);
      pipeB.send(Buffer.from('to a'), b.localPort);
      await until('both arrive', () => pipeA.received.length === 1 && pipeB.received.length === 1);
      expect([String(pipeA.received[0]), String(pipeB.received[0])]).toEqual(['to a', 'to b']);
      expect(await from).toBe(b.localPort);
    },
  );
});

describe('a relay', () => {
  test('carries datagrams both ways between ends whose direct path is cut, and delivers none to a pipe of its own', async () => {
    const { a, b, r, toA, toB, pipeA, pipeB } = await triangle();
    [toA.cut, toB.cut] = [true, true];
    expect([await a.send(`route ${idB} ${idR} none`), await b.send(`route ${idA} ${idR} none`)]).toEqual(['ok', 'ok']);
    pipeA.send(Buffer.from('to b'), a.localPort);
    pipeB.send(Buffer.from('to a'), b.localPort);
    await until('both arrive', () => pipeA.received.length === 1 && pipeB.received.length === 1);
    const status = await r.status();
    expect([status['flows'], status['toPipes']]).toEqual([0, 0]);
    expect(status['relayed']).toBeGreaterThanOrEqual(2);
  });

  test('sends nothing to an unknown node', async () => {
    const { r } = await triangle();
    const unknownPeer = await Udp.open();
    unknownPeer.send(data({ destination: idX, key: key(idA, idR), sealKey: key(idA, idX) }), r.wirePort);
    await until('it is counted', async () => (await r.status())['unroutable'] === 1);
  });
});

describe('a path that is cut', () => {
  test('is left for the standby within a second, and used again when the centre sends its route again', async () => {
    const { a, b, toA, toB, pipeA, pipeB } = await triangle();
    expect([await a.send(`route ${idB} direct ${idR}`), await b.send(`route ${idA} direct ${idR}`)]).toEqual([
      'ok',
      'ok',
    ]);
    const arrivalsMs: number[] = [];
    pipeB.socket.on('message', () => arrivalsMs.push(performance.now()));
    let count = 0;
    const sending = setInterval(() => pipeA.send(Buffer.from(`packet ${count++}`), a.localPort), 5);
    openResources.push({ close: () => clearInterval(sending) });
    await until(
      'it is a busy path, and the standby has answered',
      async () => ((await a.status())['feedbacks'] ?? 0) > 30 && count > 300,
    );
    const flip = a.next((line) => line.startsWith('flip'));
    const cutMs = performance.now();
    [toA.cut, toB.cut] = [true, true];
    expect(await flip).toMatch(new RegExp(`^flip ${idB} ${idR} silence \\d+`));
    const first = await until('packets flow again', () => arrivalsMs.find((ms) => ms > cutMs + 60));
    expect(first - cutMs).toBeLessThan(5 * 200);
    // The centre reverts to the direct path, which works again.
    [toA.cut, toB.cut] = [false, false];
    expect(await a.send(`route ${idB} direct ${idR}`)).toBe('ok');
    const before = toB.received.length;
    await until('the direct path carries it again', () => toB.received.length > before + 50);
  });
});

describe('a datagram', () => {
  const header = data().subarray(0, 32);
  const rows: [string, Buffer, string][] = [
    ['that is empty', Buffer.alloc(0), 'malformed'],
    ['that is shorter than a header', header.subarray(0, 31), 'malformed'],
    ['that is only a header', header, 'malformed'],
    ['of another version', Buffer.concat([Buffer.from([0x31]), data().subarray(1)]), 'malformed'],
    ['with a seal but without a relay', data({ sealKey: key(idA, idB) }), 'malformed'],
    ['that ends in its seal', data({ sealKey: key(idA, idB) }).subarray(0, 40), 'malformed'],
    ['of an unknown kind', data({ kind: 9 }), 'malformed'],
    ['of a slot that does not exist', data({ slot: 2 }), 'malformed'],
    ['longer than any that pathd sends', data({ payload: Buffer.alloc(1421) }), 'malformed'],
    ['longer than the receive buffer', data({ payload: Buffer.alloc(4000) }), 'malformed'],
    ['that is too short for a probe', data({ kind: 2, payload: Buffer.alloc(39) }), 'malformed'],
    ['that claims to be relayed but names no relay', data({ relayed: true }), 'malformed'],
    ['from a node to itself', data({ source: idB, destination: idB }), 'malformed'],
    ['from an unknown node', data({ source: idX, key: key(idX, idB) }), 'unknown'],
    ['with the MAC of another key', data({ key: key(idB, idA) }), 'forged'],
    ['with a changed header', Buffer.concat([data().subarray(0, 19), Buffer.from([9]), data().subarray(20)]), 'forged'],
    [
      'with a changed probe',
      Buffer.concat([data({ kind: 2, payload: Buffer.alloc(40) }).subarray(0, 71), Buffer.from([1])]),
      'forged',
    ],
  ];
  test.each(rows)('%s reaches no pipe and gets no answer', async (_name, bytes, counter) => {
    const { b, pipeB } = await pair();
    const unknownPeer = await Udp.open();
    await waitUntilCounted(b, counter, () => unknownPeer.send(bytes, b.wirePort));
    unknownPeer.send(data(), b.wirePort); // A valid datagram of A shows that B still works.
    await until('the right one arrives', () => pipeB.received.length === 1);
    expect([String(pipeB.received[0]), unknownPeer.received.length]).toEqual(['payload', 0]);
  });

  test('of an earlier incarnation of its flow is ignored', async () => {
    const { b, pipeB } = await pair();
    const unknownPeer = await Udp.open();
    unknownPeer.send(data({ incarnation: 300 }), b.wirePort);
    await until('the new life is taken', () => pipeB.received.length === 1);
    unknownPeer.send(data({ incarnation: 299, seq: 7 }), b.wirePort);
    await until('the old one is counted', async () => ((await b.status())['replayed'] ?? 0) >= 1);
    expect(pipeB.received.length).toBe(1);
  });
});
