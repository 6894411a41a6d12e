// The name of a file as a target gets it: what people named it, without what file systems cannot take or misread.

/** What file systems take. */
const NAME_BYTES_MAX = 255;
/** What is behind the last dot is kept up to this length when a name is cut. */
const EXTENSION_BYTES_MAX = 16;
/** Slashes, control characters, and those that turn the direction of the text: `gpj.exe` must not read `exe.jpg`. */
const UNSAFE = /[/\\\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]/gu;

/**
 * A name for one file: no slash, no leading dot, no control character, 1 to `bytesMax` bytes of UTF-8. A name that is
 * safe stays as it is. Two names may become one: each item has a folder.
 */
export function safeName(name: string, bytesMax = NAME_BYTES_MAX): string {
  const safe = name
    .toWellFormed()
    .replace(UNSAFE, '_')
    .replace(/^[.\s]+/u, '')
    .trimEnd();
  if (safe === '') return 'file';
  if (Buffer.byteLength(safe) <= bytesMax) return safe;
  const dot = safe.lastIndexOf('.');
  const extension = dot > 0 ? safe.slice(dot) : '';
  const kept = Buffer.byteLength(extension) <= EXTENSION_BYTES_MAX ? extension : '';
  return cut(safe.slice(0, safe.length - kept.length), bytesMax - Buffer.byteLength(kept)).trimEnd() + kept;
}

/** At most so many bytes, between two characters. */
function cut(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text);
  let end = Math.min(bytesMax, bytes.length);
  // A byte 10xxxxxx goes on with a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
