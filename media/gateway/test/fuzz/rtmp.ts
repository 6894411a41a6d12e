import {
  ByteReader,
  concatBytes,
  FlvFileReader,
  flvHeader,
  flvTag,
  flvTagType,
  MalformedStream,
} from '@meridian/room-media/core';
import { FlvMediaReader } from '../../src/core/flv/media.ts';
import { MAX_PARTIAL_BYTES } from '../../src/core/rtmp/chunks.ts';
import { RtmpClientConnection } from '../../src/core/rtmp/client.ts';
import { HANDSHAKE_BYTES } from '../../src/core/rtmp/handshake.ts';
import { encodeMedia } from '../../src/core/rtmp/media.ts';
import { RtmpServerConnection } from '../../src/core/rtmp/server.ts';
import { fixture } from '../support/fixture.ts';
import { handshakeRandom } from '../support/rtmp-peer.ts';

const HANDSHAKE_END = 1 + 2 * HANDSHAKE_BYTES;
/** A ping of seven bytes has an answer of 18, and a call of 20 bytes an answer of about 160. */
const MAX_OUTPUT_PER_INPUT = 12;

type Role = 'publish' | 'play';

export interface FuzzResult {
  readonly executions: number;
  readonly ends: ReadonlyMap<string, number>;
  /** Media units read, which shows that mutants get past the handshake. */
  readonly units: number;
  readonly maxReservedBytes: number;
}

/**
 * Feeds mutants of real sessions and random bytes to the RTMP server, the RTMP client and the FLV readers.
 * @param seed makes the same run for the same number of executions
 * @throws errors of a parser other than MalformedStream, or an Error for a broken bound, with the execution
 */
export function fuzzRtmp(executions: number, seed: number): FuzzResult {
  const random = mulberry32(seed);
  const targets = makeTargets();
  const ends = new Map<string, number>();
  let units = 0;
  let maxReservedBytes = 0;
  for (let execution = 0; execution < executions; execution++) {
    const { run, input, from } = targets[pick(random, targets.length)] ?? raise('no target');
    try {
      const outcome = run(pieces(random, mutant(random, input, from)));
      ends.set(outcome.end, (ends.get(outcome.end) ?? 0) + 1);
      units += outcome.units;
      maxReservedBytes = Math.max(maxReservedBytes, outcome.reservedBytes);
    } catch (error) {
      throw new Error(`execution ${execution} of seed ${seed}`, { cause: error });
    }
  }
  return { executions, ends, units, maxReservedBytes };
}

interface Outcome {
  readonly end: string;
  readonly units: number;
  readonly reservedBytes: number;
}

interface Target {
  readonly run: (pieces: readonly Uint8Array[]) => Outcome;
  readonly input: Uint8Array;
  readonly from: number;
}

function makeTargets(): Target[] {
  const [publish, play] = [fixture('rtmp-ffmpeg-publish.bin'), fixture('rtmp-ffmpeg-play.bin')];
  const handshake = publish.slice(0, HANDSHAKE_END);
  return [
    { run: runServer, input: publish, from: HANDSHAKE_END },
    { run: runServer, input: play, from: HANDSHAKE_END },
    { run: runServer, input: publish, from: 0 },
    { run: runServer, input: handshake, from: HANDSHAKE_END },
    { run: runClient('publish'), input: serverSide('publish'), from: HANDSHAKE_END },
    { run: runClient('play'), input: serverSide('play'), from: HANDSHAKE_END },
    { run: runFlv, input: flvOf(publish), from: 0 },
  ];
}

function runServer(pieces: readonly Uint8Array[]): Outcome {
  const server = new RtmpServerConnection({ random: handshakeRandom, nowMs: 0 });
  const media = new FlvMediaReader();
  let [end, units, reservedBytes, input, output] = ['open', 0, 0, 0, 0];
  for (const piece of pieces) {
    input += piece.length;
    const events = server.receive(piece, 0);
    for (const event of events) {
      if (event.kind === 'publishRequested' || event.kind === 'playRequested') {
        event.accept();
        events.push(...server.resume(0));
      } else if (event.kind === 'ended') end = event.error.code;
      else if (event.kind === 'audio' || event.kind === 'video') units += unitsOf(media, event);
    }
    if (server.heldBytes > 0) raise(`${server.heldBytes} bytes are held without a request`);
    reservedBytes = Math.max(reservedBytes, server.reservedBytes);
    for (const bytes of server.takeOutput()) output += bytes.length;
  }
  if (reservedBytes > MAX_PARTIAL_BYTES) raise(`${reservedBytes} bytes are held`);
  if (output > MAX_OUTPUT_PER_INPUT * input + HANDSHAKE_END) raise(`${output} bytes for ${input}`);
  return { end, units, reservedBytes };
}

function runClient(role: Role): Target['run'] {
  return (pieces) => {
    const client = clientOf(role);
    const media = new FlvMediaReader();
    let [end, units] = ['open', 0];
    for (const piece of pieces) {
      for (const event of client.receive(piece, 0)) {
        if (event.kind === 'ended') end = event.error?.code ?? 'ended';
        else if (event.kind === 'refused') end = 'refused';
        else if (event.kind === 'audio' || event.kind === 'video') units += unitsOf(media, event);
      }
      client.takeOutput();
    }
    return { end, units, reservedBytes: 0 };
  };
}

function runFlv(pieces: readonly Uint8Array[]): Outcome {
  const reader = new FlvFileReader();
  const media = new FlvMediaReader();
  let units = 0;
  try {
    for (const piece of pieces) {
      for (const { type, timestampMs, body } of reader.push(piece)) {
        if (type === flvTagType.script) continue;
        units += unitsOf(media, { kind: type === flvTagType.audio ? 'audio' : 'video', timestampMs, body });
      }
    }
  } catch (error) {
    if (!(error instanceof MalformedStream)) throw error;
    return { end: error.code, units, reservedBytes: 0 };
  }
  return { end: 'open', units, reservedBytes: 0 };
}

function unitsOf(
  reader: FlvMediaReader,
  { kind, timestampMs, body }: { kind: 'audio' | 'video'; timestampMs: number; body: Uint8Array },
): number {
  try {
    return reader[kind](timestampMs, body) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof MalformedStream)) throw error;
    return 0;
  }
}

const clientOf = (role: Role): RtmpClientConnection =>
  new RtmpClientConnection({
    role,
    app: 'live',
    tcUrl: 'rtmp://host/live',
    streamName: 'key',
    random: handshakeRandom,
    nowMs: 0,
  });

/** Returns a server's bytes to a client of this role, with the media of the recorded publication for a player. */
function serverSide(role: Role): Uint8Array {
  const client = clientOf(role);
  const server = new RtmpServerConnection({ random: handshakeRandom, nowMs: 0 });
  const said: Uint8Array[] = [];
  for (let bytes = client.takeOutput(); bytes.length > 0; bytes = client.takeOutput()) {
    for (const event of server.receive(concatBytes(bytes), 0)) if ('accept' in event) event.accept();
    for (const part of server.takeOutput()) {
      said.push(part);
      client.receive(part, 0);
    }
  }
  if (role === 'play') {
    said.push(...mediaOf(fixture('rtmp-ffmpeg-publish.bin')).map(encodeMedia));
    server.endPlay(1);
    said.push(...server.takeOutput());
  }
  return concatBytes(said);
}

function flvOf(session: Uint8Array): Uint8Array {
  const tags = mediaOf(session).map(({ kind, timestampMs, body }) => flvTag(flvTagType[kind], timestampMs, body));
  return concatBytes([flvHeader({ hasAudio: true, hasVideo: true }), ...tags]);
}

function mediaOf(session: Uint8Array) {
  const server = new RtmpServerConnection({ random: handshakeRandom, nowMs: 0 });
  return Array.from(session, (_, at) => {
    const events = server.receive(session.subarray(at, at + 1), 0);
    for (const event of events) if ('accept' in event) event.accept();
    return events.flatMap((event) => (event.kind === 'audio' || event.kind === 'video' ? [event] : []));
  }).flat();
}

const INTERESTING = [0, 1, 0x7f, 0x80, 0xff];

/** Returns a copy with one to eight changes after `from`, mostly few, so that many mutants get far. */
function mutant(random: () => number, input: Uint8Array, from: number): Uint8Array {
  let bytes: Uint8Array = input.slice();
  for (let left = 1 + pick(random, 1 + pick(random, 8)); left > 0; left--) bytes = mutate(random, bytes, from);
  return bytes;
}

function mutate(random: () => number, bytes: Uint8Array, from: number): Uint8Array {
  const at = from + pick(random, bytes.length - from + 1);
  const length = 1 + pick(random, 64);
  switch (pick(random, 6)) {
    case 0:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(random, 8));
      return bytes;
    case 1:
      bytes.fill(INTERESTING[pick(random, INTERESTING.length)] ?? 0, at, at + 1 + pick(random, 4));
      return bytes;
    case 2:
      return concatBytes([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 3:
      return concatBytes([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 4:
      return concatBytes([
        bytes.subarray(0, at),
        Uint8Array.from({ length }, () => pick(random, 256)),
        bytes.subarray(at),
      ]);
    default:
      return bytes.slice(0, Math.max(from, at));
  }
}

/**
 * Returns the handshake, then pieces of one size. Recorded clients waited for answers: small pieces keep media apart
 * from the request that it follows.
 */
function pieces(random: () => number, bytes: Uint8Array): Uint8Array[] {
  const reader = new ByteReader(bytes);
  const parts: Uint8Array[] = [reader.take(Math.min(reader.remaining, HANDSHAKE_END))];
  const size = 2 ** (3 + pick(random, 9));
  while (reader.remaining > 0) parts.push(reader.take(Math.min(reader.remaining, size)));
  return parts;
}

const pick = (random: () => number, count: number): number => Math.floor(random() * count);

function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function raise(message: string): never {
  throw new Error(message);
}
