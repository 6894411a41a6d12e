// pathd processes over real sockets: what they carry, by which path, and what they make of datagrams and lines that
// they should not get.
import { afterEach, describe, expect, test } from 'vitest';
import type { Datagram } from '../kit/pathd.ts';
import { until } from './kit/cloud.ts';
import {
  closeAll,
  counted,
  data,
  hex,
  idA,
  idB,
  idR,
  idX,
  key,
  know,
  open,
  pair,
  pathd,
  triangle,
  Udp,
} from './kit/pathds.ts';

afterEach(closeAll);

describe('two pathd processes', () => {
  test.each(['127.0.0.1', '::1'])(
    'carry datagrams both ways over %s, and give them to the pipe from where it is connected to',
    async (ip) => {
      const { a, b, pipeA, pipeB } = await pair(ip);
      const from = new Promise<number>((resolve) => pipeB.socket.once('message', (_, { port }) => resolve(port)));
      pipeA.send(Buffer.from('to b'), a.localPort);
      pipeB.send(Buffer.from('to a'), b.localPort);
      await until('both arrive', () => pipeA.got.length === 1 && pipeB.got.length === 1);
      expect([String(pipeA.got[0]), String(pipeB.got[0])]).toEqual(['to a', 'to b']);
      expect(await from).toBe(b.localPort);
    },
  );

  test('carry datagrams of every length up to 1412 bytes, and none above: IPv6 must take them with our header and a seal', async () => {
    const { a, pipeA, pipeB } = await pair();
    const lengths = [1, 8, 1200, 1411, 1412];
    for (const length of [...lengths, 1413, 3000]) pipeA.send(Buffer.alloc(length, length & 0xff), a.localPort);
    await until('they arrive', () => pipeB.got.length === lengths.length);
    expect(pipeB.got.map(({ length }) => length)).toEqual(lengths);
    expect((await a.status())['oversize']).toBe(2);
  });

  test('time their paths, and say it every second', async () => {
    const { a } = await pair();
    const sample = await a.next((line) => /^sample 0000000b direct 1 \d/.test(line));
    expect(Number(sample.split(' ')[4])).toBeLessThan(1000);
  });
});

describe('several pipes of two processes', () => {
  test('are known by the number that the other end gave, and each takes its own path', async () => {
    const { a, b, r, toB, pipeA, pipeB } = await triangle();
    const [otherA, otherB] = [await Udp.open(), await Udp.open()];
    expect(await a.tell(`flow ${idB}.3 127.0.0.1 ${otherA.port} 31`)).toBe('ok');
    expect(await b.tell(`flow ${idA}.31 127.0.0.1 ${otherB.port} 3`)).toBe('ok');
    expect(await a.tell(`route ${idB} ${idR} none`)).toBe('ok');
    expect(await a.tell(`route ${idB}.3 direct none`)).toBe('ok');
    for (let count = 1; count <= 5; count += 1) {
      pipeA.send(Buffer.from('relayed'), a.localPort);
      otherA.send(Buffer.from('direct'), a.localPort);
    }
    await until('both arrive', () => pipeB.got.length === 5 && otherB.got.length === 5);
    expect([new Set(pipeB.got.map(String)), new Set(otherB.got.map(String))]).toEqual([
      new Set(['relayed']),
      new Set(['direct']),
    ]);
    const media = toB.got.filter((message) => (message[0] ?? 0) === 0x11);
    expect(media.map((message) => (message[1] ?? 0) >> 2)).toEqual([31, 31, 31, 31, 31]);
    expect((await r.status())['relayed']).toBeGreaterThanOrEqual(5);
    const sample = await a.next((line) => line.startsWith(`sample ${idB}.3 direct 1`));
    expect(sample.split(' ')).toHaveLength(12);
    // One goes, the other stays.
    expect([await b.tell(`unflow ${idA}`), await b.tell(`unflow ${idA}`)]).toEqual(['ok', 'no such flow']);
    await counted(b, 'unknown', () => pipeA.send(Buffer.from('to no flow'), a.localPort));
    otherA.send(Buffer.from('direct'), a.localPort);
    await until('it arrives', () => otherB.got.length === 6);
    expect([pipeB.got.length, (await b.status())['flows']]).toEqual([5, 1]);
  });

  test('go with their peer, also when it is moved in the table', async () => {
    const { a, b } = await triangle();
    const pipes = [await Udp.open(), await Udp.open()];
    for (const [at, udp] of pipes.entries()) await a.tell(`flow ${idB}.${at + 1} 127.0.0.1 ${udp.port} ${at + 1}`);
    expect((await a.status())['flows']).toBe(3);
    expect(await a.tell(`unpeer ${idB}`)).toBe('ok');
    expect([
      (await a.status())['flows'],
      await know(a, b),
      await a.tell(`flow ${idB} 127.0.0.1 ${pipes[0]?.port}`),
    ]).toEqual([0, 'ok', 'ok']);
  });

  test.each([
    ['a number above 31', 'flow 0000000b.32 127.0.0.1 9'],
    ['no number', 'flow 0000000b. 127.0.0.1 9'],
    ['a sign', 'flow 0000000b.+1 127.0.0.1 9'],
    ['their number above 31', 'flow 0000000b.1 127.0.0.1 9 32'],
    ['a route of none', 'route 0000000b.1 direct none'],
    ['the end of none', 'unflow 0000000b.1'],
  ])('with %s are refused', async (_name, command) => {
    const { a } = await pair();
    expect(await a.tell(command)).toMatch(/^(no such (peer|flow)|not a number of a flow)$/);
  });
});

describe('a relay', () => {
  test('carries what neither end could send directly, and keeps nothing of it', async () => {
    const { a, b, r, toA, toB, pipeA, pipeB } = await triangle();
    [toA.cut, toB.cut] = [true, true];
    expect([await a.tell(`route ${idB} ${idR} none`), await b.tell(`route ${idA} ${idR} none`)]).toEqual(['ok', 'ok']);
    pipeA.send(Buffer.from('to b'), a.localPort);
    pipeB.send(Buffer.from('to a'), b.localPort);
    await until('both arrive', () => pipeA.got.length === 1 && pipeB.got.length === 1);
    const status = await r.status();
    expect([status['flows'], status['toPipes']]).toEqual([0, 0]);
    expect(status['relayed']).toBeGreaterThanOrEqual(2);
  });

  test('relays a datagram once: one that was relayed already goes nowhere', async () => {
    const { r, pipeB } = await triangle();
    const unknownPeer = await Udp.open();
    // B sends to R what claims to come from A and to have been relayed by B, for X: a loop in the making.
    await r.tell(`peer ${idX} 127.0.0.1 ${unknownPeer.port} ${hex(idR, idX)} ${hex(idX, idR)}`);
    unknownPeer.send(
      data({ relayed: true, hop: idB, destination: idX, key: key(idB, idR), sealKey: key(idA, idX) }),
      r.wirePort,
    );
    await until('it is counted', async () => (await r.status())['looped'] === 1);
    expect([unknownPeer.got.length, pipeB.got.length]).toEqual([0, 0]);
  });

  test('sends nothing to whom it does not know', async () => {
    const { r } = await triangle();
    const unknownPeer = await Udp.open();
    unknownPeer.send(data({ destination: idX, key: key(idA, idR), sealKey: key(idA, idX) }), r.wirePort);
    await until('it is counted', async () => (await r.status())['unroutable'] === 1);
  });
});

describe('a path that is cut', () => {
  test('is left for the standby within a second, and the pipe hears all that was sent on both', async () => {
    const { a, b, toA, toB, pipeA, pipeB } = await triangle();
    expect([await a.tell(`route ${idB} direct ${idR}`), await b.tell(`route ${idA} direct ${idR}`)]).toEqual([
      'ok',
      'ok',
    ]);
    const arrivalsMs: number[] = [];
    pipeB.socket.on('message', () => arrivalsMs.push(performance.now()));
    let count = 0;
    const sending = setInterval(() => pipeA.send(Buffer.from(`packet ${count++}`), a.localPort), 5);
    open.push({ close: () => clearInterval(sending) });
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
    // A revert by the centre: back to the direct path, now that it is mended.
    [toA.cut, toB.cut] = [false, false];
    expect(await a.tell(`route ${idB} direct ${idR}`)).toBe('ok');
    const before = toB.got.length;
    await until('the direct path carries it again', () => toB.got.length > before + 50);
  });
});

describe('a datagram', () => {
  const header = data().subarray(0, 32);
  const rows: [string, Buffer, string][] = [
    ['that is empty', Buffer.alloc(0), 'malformed'],
    ['shorter than a header', header.subarray(0, 31), 'malformed'],
    ['of a header alone', header, 'malformed'],
    ['of another version', Buffer.concat([Buffer.from([0x31]), data().subarray(1)]), 'malformed'],
    ['with a seal that no relay had to do with', data({ sealKey: key(idA, idB) }), 'malformed'],
    ['that ends in its seal', data({ sealKey: key(idA, idB) }).subarray(0, 40), 'malformed'],
    ['of no known kind', data({ kind: 9 }), 'malformed'],
    ['of a slot that does not exist', data({ slot: 2 }), 'malformed'],
    ['longer than any we send', data({ payload: Buffer.alloc(1421) }), 'malformed'],
    ['longer than our buffer', data({ payload: Buffer.alloc(4000) }), 'malformed'],
    ['that a probe is too short for', data({ kind: 2, payload: Buffer.alloc(39) }), 'malformed'],
    ['that claims a relay and names none', data({ relayed: true }), 'malformed'],
    ['from a node to itself', data({ source: idB, destination: idB }), 'malformed'],
    ['from an unknown node', data({ source: idX, key: key(idX, idB) }), 'unknown'],
    ['under another key', data({ key: key(idB, idA) }), 'forged'],
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
    await counted(b, counter, () => unknownPeer.send(bytes, b.wirePort));
    unknownPeer.send(data(), b.wirePort); // A's own, to see that B still serves
    await until('the right one arrives', () => pipeB.got.length === 1);
    expect([String(pipeB.got[0]), unknownPeer.got.length]).toEqual(['payload', 0]);
  });

  test('of an unknown pipe goes nowhere', async () => {
    const { a } = await pair();
    const unknownPeer = await Udp.open();
    await counted(a, 'unknown', () => unknownPeer.send(Buffer.from('junk'), a.localPort));
  });

  test('that is a probe is answered once, with no more bytes, and to the peer wherever it came from; its replay is not answered', async () => {
    const { a, b } = await pair();
    const unknownPeer = await Udp.open();
    const probe = data({ kind: 2, incarnation: 99, seq: 5, payload: Buffer.alloc(40) });
    const before = (await b.status())['probes'] ?? 0;
    for (let i = 0; i < 20; i += 1) unknownPeer.send(probe, b.wirePort);
    await until('the replays are counted', async () => ((await b.status())['replayed'] ?? 0) >= 19);
    // A's own probes, one a second, may be among them
    expect(((await b.status())['probes'] ?? 0) - before).toBeLessThan(10);
    expect(unknownPeer.got).toEqual([]);
    expect((await a.status())['forged']).toBe(0);
  });

  test('of an earlier life of its sender is of no account', async () => {
    const { b, pipeB } = await pair();
    const unknownPeer = await Udp.open();
    unknownPeer.send(data({ incarnation: 300 }), b.wirePort);
    await until('the new life is taken', () => pipeB.got.length === 1);
    unknownPeer.send(data({ incarnation: 299, seq: 7 }), b.wirePort);
    await until('the old one is counted', async () => ((await b.status())['replayed'] ?? 0) >= 1);
    expect(pipeB.got.length).toBe(1);
  });

  const reports = (next: number, count: number, o: Partial<Datagram>): Buffer => {
    const payload = Buffer.alloc(40);
    payload.writeUInt32BE(next, 0);
    payload.writeUInt32BE(count, 4);
    return data({ kind: 3, source: idB, destination: idA, key: key(idB, idA), payload, ...o });
  };
  /** A with B's place taken by the test, which has A send `sent` datagrams and then says what it got. */
  async function toBe() {
    const a = await pathd(idA);
    const [b, pipe] = [await Udp.open(), await Udp.open()];
    await a.tell(`peer ${idB} 127.0.0.1 ${b.port} ${hex(idA, idB)} ${hex(idB, idA)}`);
    await a.tell(`flow ${idB} 127.0.0.1 ${pipe.port}`);
    const sent = async (upTo: number): Promise<void> => {
      const seqs = (): number => Math.max(0, ...b.got.map((message) => message.readUInt32BE(16)));
      await until('so many are sent', () => {
        if (seqs() < upTo) pipe.send(Buffer.from('x'), a.localPort);
        return seqs() >= upTo;
      });
    };
    const say = async (next: number, count: number, o: Partial<Datagram>): Promise<void> => {
      const before = (await a.status())['feedbacks'] ?? 0;
      b.send(reports(next, count, o), a.wirePort);
      await until('it is heard', async () => ((await a.status())['feedbacks'] ?? 0) > before);
    };
    const lossFast = async (): Promise<number> =>
      Number((await a.next((line) => line.startsWith('sample'))).split(' ')[7]);
    return { a, b, sent, say, lossFast };
  }

  test('of feedback that is older than one heard before is of no account', async () => {
    const { a, b, sent, say, lossFast } = await toBe();
    await sent(30);
    await say(11, 10, { seq: 8 });
    await say(31, 30, { seq: 9 });
    const { feedbacks } = await a.status();
    // An older one late, and a copy of the newest: both say that less has come.
    b.send(reports(31, 5, { seq: 8 }), a.wirePort);
    b.send(reports(31, 5, { seq: 9 }), a.wirePort);
    await sent(40);
    await say(41, 40, { seq: 10 });
    expect((await a.status())['feedbacks']).toBe((feedbacks ?? 0) + 1);
    expect(await lossFast()).toBe(0);
  });

  test('of a receiver that has begun anew loses nothing of what the one before got', async () => {
    const { sent, say, lossFast } = await toBe();
    await sent(40);
    await say(21, 20, { seq: 1, incarnation: 300 });
    await say(41, 40, { seq: 2, incarnation: 300 });
    await sent(50);
    await say(51, 4, { seq: 1, incarnation: 301 });
    await sent(60);
    await say(61, 14, { seq: 2, incarnation: 301 });
    expect(await lossFast()).toBe(0);
  });

  test('of a flood from unknown peers does not keep the right ones away', async () => {
    const { a, b, pipeA, pipeB } = await pair();
    const unknownPeer = await Udp.open();
    for (let i = 0; i < 3000; i += 1) {
      unknownPeer.send(data({ source: idX, seq: i, key: key(idX, idB) }), b.wirePort);
      if (i % 50 === 0) {
        pipeA.send(Buffer.from(`right ${i}`), a.localPort);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await until('all right ones arrive', () => pipeB.got.length === 60);
    expect((await b.status())['toPipes']).toBe(60);
  });
});

describe('a line of the agent', () => {
  const k = '00'.repeat(16);
  test.each([
    ['peer', 'peer ID IP PORT TX-KEY RX-KEY...'],
    [`peer zz 127.0.0.1 1 ${k} ${k}`, 'not the number of another node'],
    [`peer ${idA} 127.0.0.1 1 ${k} ${k}`, 'not the number of another node'],
    [`peer ${idX} somewhere 1 ${k} ${k}`, 'not an address'],
    [`peer ${idX} 127.0.0.1 70000 ${k} ${k}`, 'not an address'],
    [`peer ${idX} 127.0.0.1 0 ${k} ${k}`, 'not an address'],
    [`peer ${idX} 127.0.0.1 1 ${k} 1234`, 'not a key'],
    [`peer ${idX} 127.0.0.1 1 ${k} ${'zz'.repeat(16)}`, 'not a key'],
    [`peer ${idX} 127.0.0.1 1 ${k} ${k} ${k} ${k} ${k} ${k}`, 'peer ID IP PORT TX-KEY RX-KEY...'],
    [`peer ${'1 '.repeat(30)}`, 'malformed line'],
    [`unpeer ${idX}`, 'no such peer'],
    [`flow ${idX} 127.0.0.1 5`, 'no such peer'],
    [`flow ${idB} nowhere 5`, 'not an address'],
    [`route ${idX} direct none`, 'no such flow'],
    [`route ${idB} direct direct`, 'two different paths, and not over the peer itself'],
    [`route ${idB} ${idB} none`, 'two different paths, and not over the peer itself'],
    [`route ${idB} around none`, "a path is direct or a relay's number"],
    ['status now', 'unknown command'],
    ['dance', 'unknown command'],
  ])('"%s" is answered with an error and changes nothing', async (line, error) => {
    const { a, b, pipeA, pipeB } = await pair();
    expect(await a.tell(line)).toBe(error);
    pipeA.send(Buffer.from('still there'), a.localPort);
    await until('it serves', () => pipeB.got.length === 1);
    expect((await b.status())['forged']).toBe(0);
  });

  test('without a number, too long, or of bytes that are no text is answered with an error, and the next one is heard', async () => {
    const a = await pathd(idA);
    for (const line of ['status', 'x'.repeat(5000), `1 \0\x01\xff`, '']) {
      const answer = a.next((one) => one.startsWith('error'));
      a.child.stdin.write(`${line}\n`);
      expect(await answer).toMatch(/^error (0|1) /);
    }
    expect(await a.tell('status')).toBe('ok');
  });

  test('that removes a flow or a peer ends its datagrams at once', async () => {
    const { a, pipeA, pipeB } = await pair();
    expect(await a.tell(`unflow ${idB}`)).toBe('ok');
    await counted(a, 'unknown', () => pipeA.send(Buffer.from('gone'), a.localPort));
    expect(await a.tell(`unpeer ${idB}`)).toBe('ok');
    expect(await a.tell(`flow ${idB} 127.0.0.1 ${pipeA.port}`)).toBe('no such peer');
    expect(pipeB.got).toEqual([]);
  });

  test('that is the end of them ends the process', async () => {
    const a = await pathd(idA);
    await a.close();
    expect(a.child.exitCode).toBe(0);
  });

  test('tells of more peers than pathd knows is refused, and removing some makes room', async () => {
    const a = await pathd(idA);
    const number = (n: number): string => (0x10000 + n).toString(16).padStart(8, '0');
    const add = (n: number) => a.tell(`peer ${number(n)} 127.0.0.1 9 ${k} ${k}`);
    for (let n = 0; n < 4096; n += 32) await Promise.all(Array.from({ length: 32 }, (_, index) => add(n + index)));
    expect(await add(5000)).toBe('too many peers');
    expect(await a.tell(`unpeer ${number(77)}`)).toBe('ok');
    expect(await add(5000)).toBe('ok');
    for (const n of [0, 76, 78, 4095, 5000]) expect(await a.tell(`unpeer ${number(n)}`)).toBe('ok');
    expect((await a.status())['peers']).toBe(4096 - 5);
  });
});
