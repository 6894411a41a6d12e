// Both ends of a running call's voice, in a thread of its own: what else the lab does delays no packet. It sends one
// every 20 ms and notes how late each comes.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import type { CallFelt } from './judge.ts';

export interface Address {
  readonly ip: string;
  readonly port: number;
}
export type ToCall =
  | { readonly kind: 'send'; readonly to: Address; readonly ssrc: number; readonly payloadType: number }
  /** Receiver reports go there: the only sign of life of an end that sends no media. */
  | { readonly kind: 'listen'; readonly to: Address; readonly ssrc: number }
  /** What was felt since the last question. */
  | { readonly kind: 'felt' };
export type FromCall =
  | { readonly kind: 'open'; readonly speaker: Address; readonly listener: Address }
  | { readonly kind: 'felt'; readonly felt: CallFelt };

const EVERY_MS = 20;
const REPORT_MS = 1000;
/** A packet that has not come after this is lost. */
const LOST_MS = 2000;
/** 20 ms of silence in Opus. */
const PAYLOAD = Buffer.from([0xf8, 0xff, 0xfe]);
const HEADER_BYTES = 12;
const port = parentPort;
if (port === null) throw new Error('this file runs as a worker');

const speaker = await bound();
const listener = await bound();
/** When the packets under way were sent, by sequence number. */
const sentMs = new Map<number, number>();
let seq = 0;
let before: { readonly sentMs: number; readonly cameMs: number } | undefined;
let felt = { delayMsMax: 0, sent: 0, came: 0, lost: 0 };
let highestSeq = 0;

listener.on('message', (datagram) => {
  const isRtcp = (datagram[1] ?? 0) >= 192 && (datagram[1] ?? 0) <= 223;
  if (isRtcp || datagram.length < HEADER_BYTES + 2) return;
  highestSeq = datagram.readUInt16BE(2);
  // The number that the speaker gave it: nodes count anew.
  const own = datagram.readUInt16BE(datagram.length - 2);
  const began = sentMs.get(own);
  if (began === undefined) return;
  sentMs.delete(own);
  const cameMs = performance.now();
  felt.came += 1;
  if (before !== undefined)
    felt.delayMsMax = Math.max(felt.delayMsMax, cameMs - before.cameMs - (began - before.sentMs));
  before = { sentMs: began, cameMs };
});

port.on('message', (order: ToCall) => {
  if (order.kind === 'send') setInterval(() => send(order), EVERY_MS);
  else if (order.kind === 'listen') setInterval(() => report(order), REPORT_MS);
  else {
    const answer: FromCall = { kind: 'felt', felt };
    felt = { delayMsMax: 0, sent: 0, came: 0, lost: 0 };
    port.postMessage(answer);
  }
});
const opened: FromCall = { kind: 'open', speaker: addressOf(speaker), listener: addressOf(listener) };
port.postMessage(opened);

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

function addressOf(socket: Socket): Address {
  return { ip: '127.0.0.1', port: socket.address().port };
}

function send({ to, ssrc, payloadType }: Extract<ToCall, { kind: 'send' }>): void {
  const nowMs = performance.now();
  for (const [old, atMs] of sentMs) {
    if (nowMs - atMs < LOST_MS) break;
    sentMs.delete(old);
    felt.lost += 1;
  }
  seq = (seq + 1) & 0xffff;
  const packet = Buffer.alloc(HEADER_BYTES + PAYLOAD.length + 2);
  packet[0] = 0x80;
  packet[1] = payloadType;
  packet.writeUInt16BE(seq, 2);
  packet.writeUInt32BE((seq * 960) >>> 0, 4);
  packet.writeUInt32BE(ssrc, 8);
  PAYLOAD.copy(packet, HEADER_BYTES);
  packet.writeUInt16BE(seq, packet.length - 2);
  sentMs.set(seq, nowMs);
  felt.sent += 1;
  speaker.send(packet, to.port, to.ip);
}

function report({ to, ssrc }: Extract<ToCall, { kind: 'listen' }>): void {
  const words = Buffer.alloc(32);
  words[0] = 0x81;
  words[1] = 201; // a receiver report about one stream (RFC 3550, 6.4.2)
  words.writeUInt16BE(7, 2);
  words.writeUInt32BE(0x33333333, 4);
  words.writeUInt32BE(ssrc, 8);
  words.writeUInt32BE(highestSeq, 16);
  listener.send(words, to.port, to.ip);
}
