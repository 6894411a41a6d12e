// Decodes LiveKit's messages from a client's bytes and checks their size.
import { DataPacket, SignalRequest } from '@livekit/protocol';
import { limits, MeridianError } from '@meridian/protocol';

/**
 * Decodes a binary message of the socket. `answerBytes`: extra bytes allowed to an expected answer; 0 if none is
 * expected. An unknown message has an undefined case. Throws MeridianError FRAME_TOO_LARGE or FRAME_MALFORMED.
 */
export function decodeSignalRequest(bytes: Uint8Array, answerBytes = 0): SignalRequest {
  const bytesMax = bytes[0] === OFFER ? livekitOfferBytesMax : livekitSignalBytesMax + ofAnswer(bytes, answerBytes);
  const request = decode(bytes, bytesMax, (from) => SignalRequest.fromBinary(from));
  const isDescription = request.message.case === 'offer' || request.message.case === 'answer';
  if (!isDescription) checkSize(bytes, livekitSignalBytesMax);
  return request;
}

/** Returns the cost of reading the message in requests: a large message costs as much as many small ones. */
export function signalCost(bytes: Uint8Array, answerBytes = 0): number {
  const expected = ofAnswer(bytes, answerBytes);
  const ofBytes = (bytes.byteLength - expected) / COST_BYTES;
  const ofLines = (linesIn(bytes) - expected / LINE_BYTES) / COST_LINES;
  return 1 + Math.floor(Math.min(Math.max(ofBytes, ofLines, 0), COST_MAX));
}

/** Bytes and lines that cost one request more. Reading 100 lines of SDP (33 bytes each, Chromium) takes some 0.5 ms. */
const COST_BYTES = 4096;
const COST_LINES = 100;
const LINE_BYTES = 33;
/** A larger message is refused for its size, not for its cost. */
const COST_MAX = 64;

/** Counts the lines of SDP; a line feed in any other message also counts. */
function linesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}
const LINE_FEED = 0x0a;

/** First byte of a message: field number of SignalRequest, length-delimited. */
const OFFER = 0x0a;
const ANSWER = 0x12;
const ofAnswer = (bytes: Uint8Array, answerBytes: number): number => (bytes[0] === ANSWER ? answerBytes : 0);

/** Decodes a message of a data channel. Throws as `decodeSignalRequest`. */
export const decodeDataPacket = (bytes: Uint8Array): DataPacket =>
  decode(bytes, livekitPacketBytesMax, (from) => DataPacket.fromBinary(from));

/** Only descriptions may be larger: every other message is far smaller. */
export const livekitSignalBytesMax = 64 * 1024;
/** An offer of sixteen videos from a browser takes 77 kB; the SDP parser has bounds of its own. */
export const livekitOfferBytesMax = 320 * 1024;
/** Same bound as the one that the client gets in its description. */
export const livekitPacketBytesMax = limits.dataBytesMax;

function decode<T>(bytes: Uint8Array, bytesMax: number, read: (bytes: Uint8Array) => T): T {
  checkSize(bytes, bytesMax);
  try {
    return read(bytes);
  } catch (cause) {
    throw new MeridianError('FRAME_MALFORMED', undefined, { cause });
  }
}

function checkSize({ byteLength }: Uint8Array, bytesMax: number): void {
  if (byteLength > bytesMax) throw new MeridianError('FRAME_TOO_LARGE', `${byteLength} bytes, at most ${bytesMax}`);
}
