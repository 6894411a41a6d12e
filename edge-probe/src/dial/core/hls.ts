// Reads playlists of HLS for a tester (RFC 8216 and its second edition).

/** Returns the address of a multivariant playlist's first variant, relative to the playlist; undefined without one. */
export const variantOf = (playlist: string): string | undefined =>
  linesOf(playlist).find((line) => line !== '' && !line.startsWith('#'));

/** Returns the addresses of a media playlist's segments and parts, relative to the playlist, without preload hints. */
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
