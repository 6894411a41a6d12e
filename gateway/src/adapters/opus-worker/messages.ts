/** Decoders at once, as many as a mixer has voices. Each holds its own WebAssembly memory. */
export const decodersMax = 64;

export interface OpusPacket {
  readonly voice: string;
  readonly ptsMs: number;
  readonly packet: Uint8Array;
}

/** To the thread: what came since the last one, in order. A thread that gets much at once is woken seldom. */
export type DecodeRequest =
  | { readonly kind: 'packets'; readonly packets: readonly OpusPacket[] }
  | { readonly kind: 'remove'; readonly voice: string };

/** Without sound: the packet was no Opus. */
export interface DecodedPacket {
  readonly voice: string;
  readonly ptsMs: number;
  readonly sound?: { readonly left: Float32Array<ArrayBuffer>; readonly right: Float32Array<ArrayBuffer> };
}

/** From the thread: one for the packets of each request, in their order. */
export type Decoded = readonly DecodedPacket[];
