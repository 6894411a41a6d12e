import type { AudioFormat } from './units.ts';
// Coded frames as received from a room (room/received-track.ts), for files and composed pictures.

export type CodedFrame = H264Frame | PictureFrame | SoundFrame;
interface Timed {
  /** Display time by this node's clock (`Clock.nowMs`). */
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
  readonly size: { readonly width: number; readonly height: number } | undefined;
  readonly data: Uint8Array;
}
export interface SoundFrame extends Timed {
  readonly codec: 'opus' | 'aac';
  readonly format: AudioFormat;
  readonly data: Uint8Array;
}
