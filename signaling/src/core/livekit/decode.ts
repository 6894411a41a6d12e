// LiveKit's messages from a client's bytes, size-checked.
import type { DataPacket, SignalRequest } from '@livekit/protocol';

/** One message of the socket. Throws MeridianError FRAME_TOO_LARGE or FRAME_MALFORMED. */
export function decodeSignalRequest(_bytes: Uint8Array): SignalRequest {
  throw new Error('not built yet');
}

/** One message of a data channel. Throws as `decodeSignalRequest`. */
export function decodeDataPacket(_bytes: Uint8Array): DataPacket {
  throw new Error('not built yet');
}
