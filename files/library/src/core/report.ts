// Result of an upload, stored until an api has received it.
import { isUploadRefusal, type LibraryKind } from '@meridian/protocol';

export interface Media {
  readonly durationMs: number;
  /** Shown width, after rotation; 0 without a picture. */
  readonly width: number;
  readonly height: number;
  readonly rotation: number;
  readonly videoCodec: string;
  readonly audioCodec: string;
  readonly fps: number;
  readonly audioChannels: number;
}

export const noMedia: Media = {
  durationMs: 0,
  width: 0,
  height: 0,
  rotation: 0,
  videoCodec: '',
  audioCodec: '',
  fps: 0,
  audioChannels: 0,
};

export interface Report {
  /** `''` when the content is in the store, otherwise the reason of the refusal. */
  readonly code: string;
  readonly detail: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Hashes of all blocks, 64 hex digits each. */
  readonly blocks: string;
  readonly type: string;
  readonly kind: LibraryKind | '';
  readonly media: Media;
  readonly hasCover: boolean;
}

export const refusalOf = (code: string, detail: string): Report => ({
  code,
  detail,
  bytes: 0,
  sha256: '',
  blocks: '',
  type: '',
  kind: '',
  media: noMedia,
  hasCover: false,
});

/** Returns undefined for an invalid text, since a crash may have left anything. */
export function readReport(text: string): Report | undefined {
  try {
    const read = JSON.parse(text) as Partial<Report> | null;
    const { code, media } = read ?? {};
    if (typeof code !== 'string' || (code !== '' && !isUploadRefusal(code))) return undefined;
    return typeof media === 'object' && media !== null ? (read as Report) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export interface Facts {
  readonly name: string;
  readonly type: string;
  readonly kind: LibraryKind;
  readonly bytes: number;
  readonly sha256: string;
  readonly media: Media;
  /** Encoding of a text; absent: UTF-8. */
  readonly charset?: string | undefined;
}
