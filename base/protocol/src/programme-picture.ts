// Pictures that players of other protocols may get, as named by requests, stream keys and pushes.
import { isIdentity } from './ids.ts';
import { type RecordingLayout, recordingLayouts } from './policy.ts';

const COMPOSED = 'composed';

/** Returns the layout of a picture of the whole room: `composed` (a grid) or `composed:LAYOUT`. */
export function composedLayoutOf(picture: string): RecordingLayout | undefined {
  if (picture === COMPOSED) return 'grid';
  return recordingLayouts.find((layout) => picture === `${COMPOSED}:${layout}`);
}

/** Accepts '' (the active speaker), a composed picture, or an identity that does not begin with `composed:`. */
export function isProgrammePicture(picture: string): boolean {
  if (picture === '' || composedLayoutOf(picture) !== undefined) return true;
  return isIdentity(picture) && !picture.startsWith(`${COMPOSED}:`);
}
