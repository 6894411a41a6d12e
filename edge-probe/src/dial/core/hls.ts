// Playlists of HLS, as far as a tester reads them (RFC 8216 and its second edition). Pure.

/** The first variant of a multivariant playlist, relative to it; undefined: there is none. */
export const variantOf = (playlist: string): string | undefined =>
  linesOf(playlist).find((line) => line !== '' && !line.startsWith('#'));

/** Segments and parts of a media playlist, in its order, relative to it; what is only announced is none. */
export function piecesOf(playlist: string): string[] {
  return linesOf(playlist).flatMap((line) => {
    if (line.startsWith('#EXT-X-PART:')) {
      const uri = /URI="([^"]+)"/.exec(line)?.[1];
      return uri === undefined ? [] : [uri];
    }
    return line === '' || line.startsWith('#') ? [] : [line];
  });
}

const linesOf = (playlist: string): string[] => playlist.split(/\r?\n/).map((line) => line.trim());
