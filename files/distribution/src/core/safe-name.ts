/** Limit of file systems. */
const NAME_BYTES_MAX = 255;
/** Bound of an extension that is kept when a name is shortened. */
const EXTENSION_BYTES_MAX = 16;
/** Slashes, control characters, and reversed text: `gpj.exe` must not display as `exe.jpg`. */
const UNSAFE = /[/\\\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]/gu;

/**
 * Returns a name without slash, leading dot or control character, 1 to `bytesMax` bytes of UTF-8; a safe name
 * unchanged. Names may become equal, so each item has a folder.
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

function cut(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text);
  let end = Math.min(bytesMax, bytes.length);
  // A byte 10xxxxxx continues a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
