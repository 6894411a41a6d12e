// Session descriptions as text, by sdp-transform.
import { MeridianError } from '@meridian/protocol';
import { parse, type SessionDescription, write } from 'sdp-transform';
import type { Description } from './description.ts';

/** Longer than any line of a browser; each line is matched with some sixty expressions. */
const LINE_CHARACTERS_MAX = 4096;
/** Sixteen tracks of a browser have some 2,400. */
const LINES_MAX = 4000;

/**
 * A description, or a fragment of one, as the library reads it: what it does not know is left out, nothing is
 * guaranteed. Throws REQUEST_INVALID for text that is none.
 */
export function readSdp(text: string): Description {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.length > LINES_MAX) throw new MeridianError('REQUEST_INVALID', `SDP: at most ${LINES_MAX} lines`);
  for (const line of lines) {
    if (line.length > LINE_CHARACTERS_MAX)
      throw new MeridianError('REQUEST_INVALID', `SDP: at most ${LINE_CHARACTERS_MAX} characters in a line`);
    if (line !== '' && !/^[a-z]=/.test(line)) throw new MeridianError('REQUEST_INVALID', 'SDP: not a line of it');
  }
  return parse(text);
}

/** The description as text. */
export const writeSdp = (description: Description): string => write(description as SessionDescription);
