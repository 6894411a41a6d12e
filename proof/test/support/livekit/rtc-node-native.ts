// Sends requests to LiveKit's native library itself, for functions without a call in its SDK for Node.
import type { Room } from '@livekit/rtc-node';
import type { Sent } from './agent.ts';

type Stats = Awaited<ReturnType<Room['getRtcStats']>>['publisherStats'];
/** Message in the form of protobuf-es, with the names of the library's interface. */
export interface NativeRequest {
  readonly case: string;
  readonly value: object;
}

/** The SDK's own connection to the library, which exists once a room has been made. */
interface Library {
  request(message: { readonly message: NativeRequest }): unknown;
}

/** Throws when the library refuses the request. */
export function nativeRequest(message: NativeRequest): void {
  const { _ffiClientInstance: library } = globalThis as unknown as { _ffiClientInstance: Library };
  library.request({ message });
}

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
