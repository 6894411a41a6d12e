// Names of what is made of a content, below its prefix.
import { RENDITIONS_PREFIX } from '@meridian/protocol';
import { RenditionError } from './errors.ts';

/** Folder of what is made of a content, below its prefix. */
export const RENDITIONS = RENDITIONS_PREFIX;
export const SPRITE_NAME = 'sprite.jpg';
export const THUMBNAILS_NAME = 'thumbnails.vtt';
export const SOUND = 'sound';

/**
 * How a lease stands in names, which have small letters alone: without `-`, so that a name ends with one lease only.
 * Throws `TASK_INVALID`.
 */
export function leasePart(text: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(text)) throw new RenditionError('TASK_INVALID', 'no lease that names could have');
  return text.replaceAll('-', '_').replaceAll(/[A-Z]/g, (one) => `.${one.toLowerCase()}`);
}

/** Objects of one run of a task, in `RENDITIONS`: another run of it, and what a killed one has left, is another's. */
export const fileNames = {
  movie: (rung: string, chunk: number, part: string): string => `${rung}-${chunk}-${part}.mp4`,
  init: (rung: string, part: string): string => `${rung}-init-${part}.mp4`,
  /** Segments of a chunk: a JSON list of [bytes, pictures or samples] by rung. */
  list: (chunk: number | typeof SOUND, part: string): string => `segments-${chunk}-${part}.json`,
  /** JPEGs behind each other. */
  tiles: (chunk: number, part: string): string => `tiles-${chunk}-${part}.jpg`,
  sound: (part: string): string => `sound-${part}.mp4`,
};

/** The lease in a name; undefined for those that all runs share. */
export const leaseOfName = (file: string): string | undefined => /-([a-z0-9_.]+)\.(?:mp4|json|jpg)$/.exec(file)?.[1];
