// What files of finished recordings are, by the ends of their names.

const types: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  m4s: 'video/iso.segment',
  m4a: 'audio/mp4',
  webm: 'video/webm',
  ogg: 'audio/ogg',
  m3u8: 'application/vnd.apple.mpegurl',
  vtt: 'text/vtt; charset=utf-8',
  json: 'application/json',
  txt: 'text/plain; charset=utf-8',
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};

/** The media type of a file; no browser opens what has another end. */
export function typeOfName(name: string): string {
  const end = name.slice(name.lastIndexOf('.') + 1);
  return Object.hasOwn(types, end) ? (types[end] as string) : 'application/octet-stream';
}

/** `Content-Disposition` of a file that a browser keeps. `name` is that of a finished file: it needs no quoting. */
export const kept = (name: string): string => `attachment; filename="${name.slice(name.lastIndexOf('/') + 1)}"`;
