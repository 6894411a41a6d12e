// Tests that a name with a silent server does not delay other names.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLookup, type Lookup } from '../../src/names.ts';

const TYPE_A = 1;
const TYPE_AAAA = 28;
const NOT_FOUND = 3;
let server: Socket;
/** Number of queries to the server for a name that it does not answer. */
let unanswered: number;
/** Names that the system was queried for. */
let systemQueries: string[];
let lookup: Lookup;

/** Answers A and AAAA for `both.*`, only A for `ok.*`; does not know `none.*`; is silent for `dead*.*`. */
function answerTo(question: Buffer): Buffer | undefined {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const type = question.readUInt16BE(at + 1);
  const [first = ''] = labels;
  if (first.startsWith('dead')) return undefined;
  const address =
    type === TYPE_A && first !== 'none'
      ? Buffer.from([192, 0, 2, 1])
      : type === TYPE_AAAA && first === 'both'
        ? Buffer.from('20010db8000000000000000000000001', 'hex')
        : undefined;
  const head = Buffer.alloc(12);
  question.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 + (first === 'none' ? NOT_FOUND : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(address === undefined ? 0 : 1, 6);
  const parts = [head, question.subarray(12, at + 5)];
  // The name again by a pointer, type, class, 60 s, length.
  if (address !== undefined)
    parts.push(Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, address.length]), address);
  return Buffer.concat(parts);
}

beforeEach(async () => {
  unanswered = 0;
  systemQueries = [];
  server = createSocket('udp4');
  server.on('message', (question, from) => {
    const answer = answerTo(question);
    if (answer === undefined) unanswered += 1;
    else server.send(answer, from.port, from.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const system: Lookup = async (host) => {
    systemQueries.push(host);
    return [{ address: '127.0.0.9' }];
  };
  lookup = createLookup({ servers: [`127.0.0.1:${server.address().port}`], answerMs: 250, system });
});
afterEach(() => {
  server.close();
});

describe('a name', () => {
  it('has its addresses of both families', async () => {
    expect(await lookup('both.example')).toEqual([{ address: '192.0.2.1' }, { address: '2001:db8::1' }]);
    expect(await lookup('ok.example')).toEqual([{ address: '192.0.2.1' }]);
    expect(systemQueries).toEqual([]);
  });

  it('unknown to all servers is looked up by the system', async () => {
    expect(await lookup('none.example')).toEqual([{ address: '127.0.0.9' }]);
    expect(systemQueries).toEqual(['none.example']);
  });

  it("with a silent server fails, without using the system's threads", async () => {
    const dead = Promise.allSettled(Array.from({ length: 32 }, (_, at) => lookup(`dead${at}.example`)));
    const first = await Promise.race([lookup('ok.example'), dead]);
    expect(first).toEqual([{ address: '192.0.2.1' }]);
    for (const each of await dead) expect(each).toMatchObject({ status: 'rejected', reason: { code: 'ETIMEOUT' } });
    expect(systemQueries).toEqual([]);
    expect(unanswered).toBeGreaterThanOrEqual(64);
  });
});
