// Streams of LiveKit (files, long texts) in packets that are passed on: which stream a packet is of, and the packet by
// which its receivers hear that it will not be whole.
import { DataPacket, DataStream_Trailer } from '@livekit/protocol';

/** Of a stream, by what its sender calls it. */
export interface StreamPart {
  readonly streamId: string;
  readonly isLast: boolean;
}

/** Undefined: it is of no stream, or encrypted, so that only its receivers know. */
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

/** SDKs reject what reads the stream with this reason. */
export function streamEnd(streamId: string, reason: string): Uint8Array {
  const value = new DataStream_Trailer({ streamId, reason });
  return new DataPacket({ value: { case: 'streamTrailer', value } }).toBinary();
}
