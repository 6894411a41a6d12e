/**
 * Frame, big-endian: u8 kind, u32 requestId, u16 type, for requests u32 deadlineMs, then the payload. Messages have
 * requestId 0, all other frames a nonzero requestId. An error's payload is UTF-8 JSON {code, message}, with
 * retryAfterMs when the other side suggests a retry.
 */
export type Frame =
  | { kind: 'message'; type: number; payload: Uint8Array }
  | { kind: 'request'; requestId: number; type: number; deadlineMs: number; payload: Uint8Array }
  | { kind: 'response'; requestId: number; type: number; payload: Uint8Array }
  | { kind: 'error'; requestId: number; type: number; code: string; message: string; retryAfterMs?: number };

export const FRAME_HEADER_BYTES_MAX = 11;
const HEADER_BYTES = 7;
const KINDS = ['message', 'request', 'response', 'error'] as const;
const CODE_FORM = /^[A-Z][A-Z0-9_]{0,63}$/;
/** An error describes a failure and carries no data. */
const ERROR_MESSAGE_CHARS_MAX = 1_000;
const ERROR_PAYLOAD_BYTES_MAX = 8_192;

export function isFrameType(type: number): boolean {
  return Number.isInteger(type) && type >= 0 && type <= 0xffff;
}

export function isErrorCode(code: unknown): code is string {
  return typeof code === 'string' && CODE_FORM.test(code);
}

/** Returns whether a frame can carry this retry delay: whole milliseconds, at most a day. */
export const isDelay = (ms: unknown): ms is number =>
  Number.isInteger(ms) && Number(ms) > 0 && Number(ms) <= 86_400_000;

export function encodeFrame(frame: Frame): Buffer {
  const payload = frame.kind === 'error' ? encodeError(frame) : frame.payload;
  const headerBytes = frame.kind === 'request' ? FRAME_HEADER_BYTES_MAX : HEADER_BYTES;
  const bytes = Buffer.allocUnsafe(headerBytes + payload.length);
  bytes.writeUInt8(KINDS.indexOf(frame.kind), 0);
  bytes.writeUInt32BE(frame.kind === 'message' ? 0 : frame.requestId, 1);
  bytes.writeUInt16BE(frame.type, 5);
  if (frame.kind === 'request') bytes.writeUInt32BE(frame.deadlineMs, HEADER_BYTES);
  bytes.set(payload, headerBytes);
  return bytes;
}

/** Decodes a frame, or returns a reason that quotes no content. */
export function decodeFrame(bytes: Buffer): Frame | string {
  if (bytes.length < HEADER_BYTES) return `frame of ${bytes.length} bytes is shorter than its header`;
  const kind = KINDS[bytes.readUInt8(0)];
  if (kind === undefined) return `frame kind ${bytes.readUInt8(0)} is unknown`;
  const requestId = bytes.readUInt32BE(1);
  const type = bytes.readUInt16BE(5);
  if ((kind === 'message') !== (requestId === 0)) return `frame kind ${kind} with request id ${requestId}`;
  const payload = bytes.subarray(HEADER_BYTES);
  if (kind === 'message') return { kind, type, payload };
  if (kind === 'response') return { kind, requestId, type, payload };
  if (kind === 'error') return decodeError(requestId, type, payload);
  if (bytes.length < FRAME_HEADER_BYTES_MAX) return `request of ${bytes.length} bytes is shorter than its header`;
  const deadlineMs = bytes.readUInt32BE(HEADER_BYTES);
  if (deadlineMs === 0) return 'request with deadline 0';
  return { kind, requestId, type, deadlineMs, payload: bytes.subarray(FRAME_HEADER_BYTES_MAX) };
}

function encodeError({ code, message, retryAfterMs }: Extract<Frame, { kind: 'error' }>): Buffer {
  return Buffer.from(JSON.stringify({ code, message: message.slice(0, ERROR_MESSAGE_CHARS_MAX), retryAfterMs }));
}

function decodeError(requestId: number, type: number, payload: Buffer): Frame | string {
  if (payload.length > ERROR_PAYLOAD_BYTES_MAX) return `error of ${payload.length} bytes`;
  let value: { code?: unknown; message?: unknown; retryAfterMs?: unknown } | null;
  try {
    value = JSON.parse(payload.toString('utf8')) as typeof value;
  } catch {
    // The parser's text quotes the payload, which does not belong in a log line.
    return 'error that is not JSON';
  }
  const { code, message, retryAfterMs } = value ?? {};
  if (!isErrorCode(code) || typeof message !== 'string') return 'error without code and message';
  const error = { kind: 'error' as const, requestId, type, code, message };
  return isDelay(retryAfterMs) ? { ...error, retryAfterMs } : error;
}
