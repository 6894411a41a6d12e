// Encodes and decodes client frames with size checks. A frame is a message of signaling.proto in a binary WebSocket
// message.
import { MeridianError } from './errors.ts';
import { limits } from './limits.ts';
import { wire } from './wire.ts';

export type ClientBody = NonNullable<wire.ClientFrame['body']>;
export type ServerBody = NonNullable<wire.ServerFrame['body']>;

/** Decodes a client's frame. Throws FRAME_TOO_LARGE, FRAME_MALFORMED or FRAME_UNKNOWN (no known body). */
export function decodeClientFrame(bytes: Uint8Array): wire.ClientFrame & { body: ClientBody } {
  return withBody(decodeWith(wire.ClientFrame, bytes, limits.clientFrameBytesMax));
}

/** Decodes a frame of the service; errors as in decodeClientFrame. The service may send larger frames than a client. */
export function decodeServerFrame(bytes: Uint8Array): wire.ServerFrame & { body: ServerBody } {
  return withBody(decodeWith(wire.ServerFrame, bytes, limits.controlFrameBytesMax));
}

export function encodeClientFrame(frame: wire.ClientFrame.$Properties): Uint8Array {
  return wire.ClientFrame.encode(frame).finish();
}

export function encodeServerFrame(frame: wire.ServerFrame.$Properties): Uint8Array {
  return wire.ServerFrame.encode(frame).finish();
}

/** Decodes any generated message of at most `bytesMax` bytes. Throws FRAME_TOO_LARGE or FRAME_MALFORMED. */
export function decodeWith<T>(
  type: { decode(bytes: Uint8Array): T; name?: string },
  bytes: Uint8Array,
  bytesMax: number,
): T {
  if (bytes.byteLength > bytesMax)
    throw new MeridianError('FRAME_TOO_LARGE', `${bytes.byteLength} bytes, at most ${bytesMax}`);
  try {
    return type.decode(bytes);
  } catch (cause) {
    throw new MeridianError('FRAME_MALFORMED', undefined, { cause });
  }
}

function withBody<T extends { body?: string | undefined }>(frame: T): T & { body: NonNullable<T['body']> } {
  if (frame.body === undefined || frame.body === null) throw new MeridianError('FRAME_UNKNOWN');
  return frame as T & { body: NonNullable<T['body']> };
}
