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

/** Unknown extensions get a type that no browser opens. */
export function typeOfName(name: string): string {
  const end = name.slice(name.lastIndexOf('.') + 1);
  return Object.hasOwn(types, end) ? (types[end] as string) : 'application/octet-stream';
}

/**
 * Returns a download's `Content-Disposition`. A special name is given twice (RFC 6266): simplified, and encoded by RFC
 * 8187.
 */
export function attachmentOf(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1);
  const plain = last.toWellFormed().replaceAll(/[^A-Za-z0-9 !#$&'()+,.;=@[\]^_`{}~-]/gu, '_');
  if (plain === last) return `attachment; filename="${last}"`;
  const encoded = encodeURIComponent(last.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
