// Whose picture players of other protocols are shown, as requests, stream keys and pushes name it.
import { isIdentity } from './ids.ts';
import { type RecordingLayout, recordingLayouts } from './policy.ts';

const COMPOSED = 'composed';

/** The layout of a picture of the whole room: `composed` (a grid) or `composed:LAYOUT`; undefined: it is none. */
export function composedLayoutOf(picture: string): RecordingLayout | undefined {
  if (picture === COMPOSED) return 'grid';
  return recordingLayouts.find((layout) => picture === `${COMPOSED}:${layout}`);
}

/** '' for the active speaker's, a composed one, or an identity; none begins with `composed:` then. */
export function isProgrammePicture(picture: string): boolean {
  if (picture === '' || composedLayoutOf(picture) !== undefined) return true;
  return isIdentity(picture) && !picture.startsWith(`${COMPOSED}:`);
}
