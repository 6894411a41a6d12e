// Converts session descriptions from and to text, by sdp-transform.
import { MeridianError } from '@meridian/protocol';
import { parse, type SessionDescription, write } from 'sdp-transform';
import type { Description, Media } from './description.ts';

const MSID = 'a=msid:';
/** Longer than any line of a browser; each line is matched against some sixty expressions. */
const LINE_CHARACTERS_MAX = 4096;
export interface TextBounds {
  readonly linesMax: number;
  readonly charactersMax: number;
}
/** Sixteen tracks of a browser have some 2,400 lines of 60 kB. */
const offerBounds: TextBounds = { linesMax: 4000, charactersMax: 256 * 1024 };

/**
 * Parses a description, or a fragment, with the library: unknown attributes are dropped, and no field is guaranteed.
 * Throws REQUEST_INVALID for malformed text, or text beyond the bounds.
 */
export function readSdp(text: string, { linesMax, charactersMax }: TextBounds = offerBounds): Description {
  if (text.length > charactersMax)
    throw new MeridianError('REQUEST_INVALID', `SDP: at most ${charactersMax} characters`);
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.length > linesMax) throw new MeridianError('REQUEST_INVALID', `SDP: at most ${linesMax} lines`);
  for (const line of lines) {
    if (line.length > LINE_CHARACTERS_MAX)
      throw new MeridianError('REQUEST_INVALID', `SDP: at most ${LINE_CHARACTERS_MAX} characters in a line`);
    if (line !== '' && !/^[a-z]=/.test(line)) throw new MeridianError('REQUEST_INVALID', 'SDP: a malformed line');
  }
  const description: Description = parse(text);
  return { ...description, media: withMsids(description.media, lines) };
}

/**
 * Returns the bounds of an answer to an offer with this many m-lines of one codec each: Chromium uses 30 lines of 1 kB
 * for each, and its addresses once.
 */
export const answerBounds = (mediaCount: number): TextBounds => ({
  linesMax: 1000 + 60 * mediaCount,
  charactersMax: 64 * 1024 + 2048 * mediaCount,
});

export const writeSdp = (description: Description): string => write(description as SessionDescription);

/** Restores msids that the library drops (names with braces, from Firefox) or cuts (at characters like `|`). */
function withMsids(media: readonly Media[], lines: readonly string[]): Media[] {
  const found = new Map<number, { id: string; appdata: string }>();
  let at = -1;
  for (const line of lines) {
    if (line.startsWith('m=')) at += 1;
    if (!line.startsWith(MSID) || found.has(at)) continue;
    const [id = '', appdata = ''] = line.slice(MSID.length).split(' ', 2);
    found.set(at, { id, appdata });
  }
  return media.map((one, index) => {
    const msid = found.get(index);
    return { ...one, msid: msid === undefined ? [] : [msid] };
  });
}
