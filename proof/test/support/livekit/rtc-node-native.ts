// What LiveKit's native library can do and its SDK for Node has no call for: a request to the library itself.
import type { Room } from '@livekit/rtc-node';
import type { Sent } from './agent.ts';

type Stats = Awaited<ReturnType<Room['getRtcStats']>>['publisherStats'];
/** By the names of the library's interface, as protobuf-es writes messages. */
export interface NativeRequest {
  readonly case: string;
  readonly value: object;
}

/** The SDK's own connection to the library; it is there once a room has been made. */
interface Library {
  request(message: { readonly message: NativeRequest }): unknown;
}

/** Throws what the library refuses. */
export function nativeRequest(message: NativeRequest): void {
  const { _ffiClientInstance: library } = globalThis as unknown as { _ffiClientInstance: Library };
  library.request({ message });
}

/** The encodings of pictures among the statistics of a connection. */
export function sentRows(stats: Stats): readonly Sent[] {
  const mimeTypes = new Map<string | undefined, string>();
  for (const { stats: one } of stats)
    if (one.case === 'codec') mimeTypes.set(one.value.rtc?.id, one.value.codec?.mimeType ?? '');
  return stats.flatMap(({ stats: one }) => {
    if (one.case !== 'outboundRtp' || one.value.stream?.kind !== 'video') return [];
    const { outbound, stream } = one.value;
    return [
      {
        rid: outbound?.rid ?? '',
        mimeType: mimeTypes.get(stream.codecId) ?? '',
        width: outbound?.frameWidth ?? 0,
        frames: outbound?.framesEncoded ?? 0,
        scalabilityMode: outbound?.scalabilityMode ?? '',
      },
    ];
  });
}
