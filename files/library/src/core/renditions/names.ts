import { RENDITIONS_PREFIX } from '@meridian/protocol';
import { RenditionError } from './errors.ts';

export const RENDITIONS = RENDITIONS_PREFIX;
export const SPRITE_NAME = 'sprite.jpg';
export const THUMBNAILS_NAME = 'thumbnails.vtt';
export const SOUND = 'sound';

/** Encodes a lease in lower case without `-`, so that a name ends with exactly one lease. Throws `TASK_INVALID`. */
export function leasePart(text: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(text)) throw new RenditionError('TASK_INVALID', 'the lease cannot be in a name');
  return text.replaceAll('-', '_').replaceAll(/[A-Z]/g, (one) => `.${one.toLowerCase()}`);
}

/** Names of objects in `RENDITIONS`. They contain the lease, so that runs never share an object. */
export const fileNames = {
  movie: (rung: string, chunk: number, part: string): string => `${rung}-${chunk}-${part}.mp4`,
  init: (rung: string, part: string): string => `${rung}-init-${part}.mp4`,
  /** Segments of a chunk: JSON lists of [bytes, pictures or samples] by rung. */
  list: (chunk: number | typeof SOUND, part: string): string => `segments-${chunk}-${part}.json`,
  tiles: (chunk: number, part: string): string => `tiles-${chunk}-${part}.jpg`,
  sound: (part: string): string => `sound-${part}.mp4`,
};

/** Returns the lease in a name; undefined for the names that all runs share. */
export const leaseOfName = (file: string): string | undefined => /-([a-z0-9_.]+)\.(?:mp4|json|jpg)$/.exec(file)?.[1];
