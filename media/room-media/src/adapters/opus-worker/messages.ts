/** Decoders of one room at once, as many as a mixer has voices. Each holds its own WebAssembly memory. */
export const decodersMax = 64;

/** To the thread: what came since the last one, in order. A thread that gets much at once is woken seldom. */
export type DecodeRequest =
  | {
      readonly kind: 'packets';
      /** The voice of each packet, and its length. */
      readonly voices: readonly number[];
      readonly lengths: readonly number[];
      /** All packets, one behind another: one buffer costs less to send than many. */
      readonly bytes: Uint8Array<ArrayBuffer>;
      /** Of an earlier answer, for the sound of the next: new memory many times a second wakes the collector. */
      readonly spare?: Float32Array<ArrayBuffer> | undefined;
    }
  | { readonly kind: 'remove'; readonly voice: number };

/** From the thread: one for the packets of each request, in their order. */
export interface Decoded {
  /** Per channel, of each packet; 0: it was no Opus. */
  readonly samples: readonly number[];
  /** Left and right of each packet, one behind another, and perhaps more memory. */
  readonly sound: Float32Array<ArrayBuffer>;
}
