// `node names.ts NAME IPV4` is a DNS server for a single name, on UDP port 53 of loopback. It is needed since Chromium
// reads no hosts file for TURN by UDP, and is a program, since it runs in the client's namespace.
import { createSocket } from 'node:dgram';
import process from 'node:process';

const HEADER = 12;
/** Flags of an authoritative response to a recursive query. */
const FLAGS = 0x8500;
const TYPE_A = 1;

function questionOf(query: Buffer): { name: string; end: number; type: number } {
  const labels: string[] = [];
  let at = HEADER;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 5, type: query.readUInt16BE(at + 1) };
}

const [, , name = '', ip = ''] = process.argv;
const socket = createSocket('udp4');
socket.on('message', (query, from) => {
  if (query.length < HEADER + 5) return;
  const question = questionOf(query);
  const isKnown = question.name === name;
  const hasAnswer = isKnown && question.type === TYPE_A;
  const head = Buffer.from(query.subarray(0, question.end));
  head.writeUInt16BE(isKnown ? FLAGS : FLAGS | 3, 2); // 3: NXDOMAIN
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(hasAnswer ? 1 : 0, 6);
  head.writeUInt32BE(0, 8);
  // The answer is an address record for the name in the question, valid for a minute.
  const answer = Buffer.from([0xc0, HEADER, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4, ...ip.split('.').map(Number)]);
  socket.send(hasAnswer ? Buffer.concat([head, answer]) : head, from.port, from.address);
});
socket.bind(53, '127.0.0.1');
