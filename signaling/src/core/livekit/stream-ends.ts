// Finds the LiveKit stream (file, long text) of a passed-on packet, and builds the packet that ends it early.
import { DataPacket, DataStream_Trailer } from '@livekit/protocol';

/** Packet's place in a stream; `streamId` is the sender's. */
export interface StreamPart {
  readonly streamId: string;
  readonly isLast: boolean;
  /** Topic of the message that ends the stream early, if it is not passed on as a stream. */
  readonly cutTopic?: string;
}

/** Returns undefined for a packet of no stream, or an encrypted one, which only its receivers can read. */
export function streamPartOf({ value }: DataPacket): StreamPart | undefined {
  switch (value.case) {
    case 'streamHeader':
    case 'streamChunk':
      return { streamId: value.value.streamId, isLast: false };
    case 'streamTrailer':
      return { streamId: value.value.streamId, isLast: true };
    default:
      return undefined;
  }
}

/** Builds the trailer; SDKs reject the reader of the stream with this reason. */
export function streamEnd(streamId: string, reason: string): Uint8Array {
  const value = new DataStream_Trailer({ streamId, reason });
  return new DataPacket({ value: { case: 'streamTrailer', value } }).toBinary();
}
