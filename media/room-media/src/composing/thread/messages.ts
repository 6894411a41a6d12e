// What goes between a composer and the thread of its pictures.
import type { ErrorCode } from '@meridian/protocol';
import type { SharedSupervisor } from '../../adapters/ffmpeg/supervisor.ts';
import type { PicturesSettings, ShownTile } from '../composed-pictures.ts';
import type { EncodedPicture } from '../picture-encoder.ts';
import type { CodedPicture } from '../track-pictures.ts';

/** With which the thread is started. */
export interface ThreadData {
  readonly supervisor: SharedSupervisor;
}

/** A picture without its data. */
export interface PictureHead extends Omit<CodedPicture, 'data'> {
  readonly trackId: string;
  readonly bytes: number;
}

/** To the thread. */
export type ToPictures =
  | { readonly kind: 'begin'; readonly settings: PicturesSettings }
  | {
      readonly kind: 'show';
      readonly tiles: readonly ShownTile[];
      readonly trackIds: readonly string[];
      readonly isMoved: boolean;
    }
  | {
      readonly kind: 'run';
      readonly nowMs: number;
      /** What came since the last one, in order, and their data one behind another. */
      readonly pictures: readonly PictureHead[];
      readonly data: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: 'close' };

/** From the thread. */
export type FromPictures =
  | { readonly kind: 'ready' }
  | { readonly kind: 'begun' }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'picture'; readonly picture: EncodedPicture; readonly encoderPid: number | undefined }
  | { readonly kind: 'keyNeeded'; readonly trackId: string }
  | { readonly kind: 'degraded'; readonly isDegraded: boolean }
  | { readonly kind: 'metric'; readonly name: 'running' | 'used' | 'restarted' | 'dropped'; readonly value: number }
  | { readonly kind: 'started'; readonly job: string }
  | { readonly kind: 'warning'; readonly fields: unknown; readonly text: string };
