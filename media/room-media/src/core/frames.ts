import type { AudioFormat } from './units.ts';
// Coded frames as they come from a room (room/received-track.ts) and go into files and pictures of rooms.

/** One coded picture, or one packet of sound, with the RTP timestamp that it came with. */
export type CodedFrame = H264Frame | PictureFrame | SoundFrame;
interface Timed {
  /** When it is shown, by this node's clock (`Clock.nowMs`). */
  readonly ptsMs: number;
  readonly rtpTimestamp: number;
}
export interface H264Frame extends Timed {
  readonly codec: 'h264';
  readonly dtsMs: number;
  readonly isKey: boolean;
  readonly nals: readonly Uint8Array[];
}
export interface PictureFrame extends Timed {
  readonly codec: 'vp8' | 'vp9' | 'av1';
  readonly isKey: boolean;
  /** Of a key frame. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  readonly data: Uint8Array;
}
export interface SoundFrame extends Timed {
  readonly codec: 'opus' | 'aac';
  readonly format: AudioFormat;
  readonly data: Uint8Array;
}
