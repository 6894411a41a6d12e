/** Decoders at once, as many as a mixer has voices. Each holds its own WebAssembly memory. */
export const decodersMax = 64;

/** To the thread. */
export type DecodeRequest =
  | { readonly kind: 'packet'; readonly voice: string; readonly ptsMs: number; readonly packet: Uint8Array }
  | { readonly kind: 'remove'; readonly voice: string };

/** From the thread: one per packet, in order. Without sound: the packet was no Opus. */
export interface DecodedPacket {
  readonly voice: string;
  readonly ptsMs: number;
  readonly sound?: { readonly left: Float32Array<ArrayBuffer>; readonly right: Float32Array<ArrayBuffer> };
}
