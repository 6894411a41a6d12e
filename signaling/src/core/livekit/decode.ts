// LiveKit's messages from a client's bytes, size-checked.
import { DataPacket, SignalRequest } from '@livekit/protocol';
import { limits, MeridianError } from '@meridian/protocol';

/**
 * One binary message of the socket: at most as large as a frame of our own clients (a description of SDP with many
 * lines is some 40 kB). Throws MeridianError FRAME_TOO_LARGE or FRAME_MALFORMED. Its case is undefined when this
 * version does not know it.
 */
export const decodeSignalRequest = (bytes: Uint8Array): SignalRequest =>
  decode(bytes, livekitSignalBytesMax, (from) => SignalRequest.fromBinary(from));

/** One message of a data channel. Throws as `decodeSignalRequest`. */
export const decodeDataPacket = (bytes: Uint8Array): DataPacket =>
  decode(bytes, livekitPacketBytesMax, (from) => DataPacket.fromBinary(from));

export const livekitSignalBytesMax = limits.clientFrameBytesMax;
/** A payload of `dataBytesMax`, and the identities that it is for. */
export const livekitPacketBytesMax = limits.clientFrameBytesMax;

function decode<T>(bytes: Uint8Array, bytesMax: number, read: (bytes: Uint8Array) => T): T {
  if (bytes.byteLength > bytesMax)
    throw new MeridianError('FRAME_TOO_LARGE', `${bytes.byteLength} bytes, at most ${bytesMax}`);
  try {
    return read(bytes);
  } catch (cause) {
    throw new MeridianError('FRAME_MALFORMED', undefined, { cause });
  }
}
