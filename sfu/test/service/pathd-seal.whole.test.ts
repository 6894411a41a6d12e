// The seal of what a relay takes part in: what a relay, and an attacker with its keys, cannot do in the name of others.
import { afterEach, describe, expect, test } from 'vitest';
import { type Datagram, siphash } from '../kit/pathd.ts';
import { until } from './kit/cloud.ts';
import { closeAll, counted, data, hex, idA, idB, idR, key, know, pathd, triangle, Udp } from './kit/pathds.ts';

afterEach(closeAll);

describe('a relay', () => {
  test('passes on nothing without a seal: the other end would not take it', async () => {
    const { r } = await triangle();
    const unknownPeer = await Udp.open();
    await counted(r, 'malformed', () => unknownPeer.send(data({ key: key(idA, idR) }), r.wirePort));
    expect((await r.status())['relayed']).toBe(0);
  });

  test('carries every length that goes direct', async () => {
    const { a, b, pipeA, pipeB } = await triangle();
    expect([await a.tell(`route ${idB} ${idR} none`), await b.tell(`route ${idA} ${idR} none`)]).toEqual(['ok', 'ok']);
    const lengths = [1, 8, 1200, 1411, 1412];
    for (const length of [...lengths, 1413]) pipeA.send(Buffer.alloc(length, length & 0xff), a.localPort);
    await until('they arrive', () => pipeB.got.length === lengths.length);
    expect(pipeB.got.map(({ length }) => length)).toEqual(lengths);
  });

  test('is no obstacle when an end begins a new life while the direct path is cut', async () => {
    const { a, b, r, toA, toB, pipeA, pipeB } = await triangle();
    [toA.cut, toB.cut] = [true, true];
    await a.tell(`route ${idB} ${idR} none`);
    await b.tell(`route ${idA} ${idR} none`);
    pipeA.send(Buffer.from('first life'), a.localPort);
    pipeB.send(Buffer.from('to the first life'), b.localPort);
    await until('both arrive', () => pipeA.got.length === 1 && pipeB.got.length === 1);
    await a.close();
    const again = await pathd(idA, '127.0.0.1', 100);
    await know(again, b, toB.port);
    await know(again, r);
    await know(r, again);
    await again.tell(`flow ${idB} 127.0.0.1 ${pipeA.port}`);
    await again.tell(`route ${idB} ${idR} none`);
    pipeA.send(Buffer.from('second life'), again.localPort);
    pipeB.send(Buffer.from('to the second life'), b.localPort);
    await until('both arrive', () => pipeA.got.length === 2 && pipeB.got.length === 2);
    expect([String(pipeA.got[1]), String(pipeB.got[1])]).toEqual(['to the second life', 'second life']);
  });

  /** What R can send to B in the name of A: under its own key with B, and sealed with whatever it has. */
  const ofRelay = (o: Partial<Datagram>): Buffer =>
    data({ relayed: true, hop: idR, key: key(idR, idB), sealKey: key(idR, idB), ...o });
  const report = (next: number, count: number): Buffer => {
    const bytes = Buffer.alloc(40);
    bytes.writeUInt32BE(next, 0);
    bytes.writeUInt32BE(count, 4);
    return bytes;
  };
  test.each<[string, Partial<Datagram>, string]>([
    ['begin a new life', { incarnation: 20_000 }, 'forged'],
    ['begin a new life without a seal', { incarnation: 20_000, sealKey: undefined }, 'malformed'],
    ['begin a new life by a probe', { kind: 2, incarnation: 20_000, payload: Buffer.alloc(40) }, 'forged'],
    ['run ahead with the sequence', { seq: 0x4000_0000 }, 'forged'],
    ['report', { kind: 3, seq: 0x4000_0000, payload: report(2, 1) }, 'forged'],
  ])('cannot %s in the name of another node, on its way or not', async (_name, forged, counter) => {
    const { a, b, pipeA, pipeB } = await triangle();
    const relay = await Udp.open();
    pipeA.send(Buffer.from('before'), a.localPort);
    await until('it arrives', () => pipeB.got.length === 1);
    await counted(b, counter, () => relay.send(ofRelay(forged), b.wirePort));
    const heard = (await b.status())['feedbacks'] ?? 0;
    for (let i = 0; i < 5; i += 1) pipeA.send(Buffer.from('after'), a.localPort);
    await until('all arrive', () => pipeB.got.length === 6);
    await until('its reports are heard', async () => ((await b.status())['feedbacks'] ?? 0) > heard);
    expect(new Set(pipeB.got.map(String))).toEqual(new Set(['before', 'after']));
    // What B says of A is still believed by A.
    const sample = await a.next((line) => new RegExp(`^sample ${idB} direct 1 \\d`).test(line));
    expect(Number(sample.split(' ')[7])).toBe(0);
  });

  test('cannot change what it passes on, or pass it on as of another flow', async () => {
    const { a, b, toA, toB, pipeA, pipeB } = await triangle();
    await b.tell(`flow ${idA}.1 127.0.0.1 ${(await Udp.open()).port}`);
    [toA.cut, toB.cut] = [true, true];
    const relay = await Udp.open();
    // The wire R to B is ours: we have what R got from A, and R's keys.
    await a.tell(`peer ${idR} 127.0.0.1 ${relay.port} ${hex(idA, idR)} ${hex(idR, idA)}`);
    await a.tell(`route ${idB} ${idR} none`);
    pipeA.send(Buffer.from('payload'), a.localPort);
    const got = await until('R has it', () => relay.got.find((message) => message[0] === 0x21));
    const passedOn = (change: (bytes: Buffer) => void): Buffer => {
      const bytes = Buffer.from(got);
      bytes[1] = (bytes[1] ?? 0) | 0x80;
      bytes.write(idR, 12, 'hex');
      change(bytes);
      const length = Buffer.from([0, 0, 0, bytes.length - 40]);
      const text = Buffer.concat([bytes.subarray(0, 24), length, bytes.subarray(32, 40)]);
      bytes.writeBigUInt64BE(siphash(key(idR, idB), text), 24);
      return bytes;
    };
    for (const at of [1, 2, 3, 16, 19, 20, 23, 32, 39]) {
      await counted(b, 'forged', () =>
        relay.send(
          passedOn((bytes) => {
            bytes[at] = (bytes[at] ?? 0) ^ (at === 1 ? 4 : 1);
          }),
          b.wirePort,
        ),
      );
    }
    expect(pipeB.got).toEqual([]);
    relay.send(
      passedOn(() => undefined),
      b.wirePort,
    );
    await until('what is unchanged arrives', () => pipeB.got.length === 1);
  });
});
