import type { ErrorCode } from '@meridian/protocol';
import type { SharedSupervisor } from '../../adapters/ffmpeg/supervisor.ts';
import type { PicturesSettings, ShownTile } from '../composed-pictures.ts';
import type { EncodedPicture } from '../picture-encoder.ts';
import type { CodedPicture } from '../track-pictures.ts';

export interface ThreadData {
  readonly supervisor: SharedSupervisor;
}

export interface PictureHead extends Omit<CodedPicture, 'data'> {
  readonly trackId: string;
  readonly bytes: number;
}

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
      /** True for `step`, which is answered with `stepped`. */
      readonly isStep: boolean;
      readonly nowMs: number;
      /** Pictures since the last message, in order, with their concatenated data. */
      readonly pictures: readonly PictureHead[];
      readonly data: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: 'close' };

export type FromPictures =
  | { readonly kind: 'ready' }
  | { readonly kind: 'begun' }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'picture'; readonly picture: EncodedPicture; readonly encoderPid: number | undefined }
  | { readonly kind: 'stepped' }
  | { readonly kind: 'keyNeeded'; readonly trackId: string }
  | { readonly kind: 'degraded'; readonly isDegraded: boolean }
  | { readonly kind: 'metric'; readonly name: 'running' | 'used' | 'restarted' | 'dropped'; readonly value: number }
  | { readonly kind: 'started'; readonly job: string }
  | { readonly kind: 'warning'; readonly fields: unknown; readonly text: string };
