// Session descriptions as text, by sdp-transform.
import { MeridianError } from '@meridian/protocol';
import { parse, type SessionDescription, write } from 'sdp-transform';
import type { Description, Media } from './description.ts';

const MSID = 'a=msid:';
/** Longer than any line of a browser; each line is matched with some sixty expressions. */
const LINE_CHARACTERS_MAX = 4096;
/** Sixteen tracks of a browser have some 40 kB, two dozen lines 150 kB. */
const CHARACTERS_MAX = 256 * 1024;
/** Sixteen tracks of a browser have some 2,400. */
const LINES_MAX = 4000;

/**
 * A description, or a fragment of one, as the library reads it: what it does not know is left out, nothing is
 * guaranteed. Throws REQUEST_INVALID for text that is none.
 */
export function readSdp(text: string): Description {
  if (text.length > CHARACTERS_MAX)
    throw new MeridianError('REQUEST_INVALID', `SDP: at most ${CHARACTERS_MAX} characters`);
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.length > LINES_MAX) throw new MeridianError('REQUEST_INVALID', `SDP: at most ${LINES_MAX} lines`);
  for (const line of lines) {
    if (line.length > LINE_CHARACTERS_MAX)
      throw new MeridianError('REQUEST_INVALID', `SDP: at most ${LINE_CHARACTERS_MAX} characters in a line`);
    if (line !== '' && !/^[a-z]=/.test(line)) throw new MeridianError('REQUEST_INVALID', 'SDP: not a line of it');
  }
  const description: Description = parse(text);
  return { ...description, media: withMsids(description.media, lines) };
}

/** The description as text. */
export const writeSdp = (description: Description): string => write(description as SessionDescription);

/** The library takes no stream or track whose name has braces, as Firefox' have, and cuts others at signs like `|`. */
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
