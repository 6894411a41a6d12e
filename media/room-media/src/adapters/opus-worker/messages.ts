/** Bound of one room's decoders, equal to a mixer's voices. Each decoder holds its own WebAssembly memory. */
export const decodersMax = 64;

/** Message to the thread: the packets since the last request, in order. Batches keep the thread from waking often. */
export type DecodeRequest =
  | {
      readonly kind: 'packets';
      readonly voices: readonly number[];
      readonly lengths: readonly number[];
      /** Concatenated packets: one buffer costs less to send than many. */
      readonly bytes: Uint8Array<ArrayBuffer>;
      /** Memory of an earlier answer, reused for the next sound: frequent allocation triggers the garbage collector. */
      readonly spare?: Float32Array<ArrayBuffer> | undefined;
    }
  | { readonly kind: 'remove'; readonly voice: number };

/** Message from the thread: one answer per request of packets, in order. */
export interface Decoded {
  /** Samples per channel of each packet; 0 for a packet that is not Opus. */
  readonly samples: readonly number[];
  /** Left and right of each packet, concatenated; the buffer may be longer. */
  readonly sound: Float32Array<ArrayBuffer>;
}
