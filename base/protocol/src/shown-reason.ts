// Texts of programs and systems that people outside see: reasons of failures, without what they say of the inside.

const replacements: readonly (readonly [what: RegExp, by: string])[] = [
  // ffmpeg names a part of itself and its place in memory: `[mov,mp4 @ 0x55d1c0ffee00]`.
  [/\[[^[\]]*@ 0x[0-9a-f]+\] ?/giu, ''],
  [/\b0x[0-9a-f]{6,}\b/giu, '(pointer)'],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s'"<>]+/giu, '(address)'],
  // Node.js names the host that it looked up.
  [/\b(getaddrinfo [A-Z_]+) \S+/gu, '$1 (address)'],
  [/(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\w.]*\w)/gu, '(address)'],
  [
    /\[?(?<![\w:])(?:(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?::[0-9a-f:.]*[0-9a-f])(?![\w:])\]?(?::\d{1,5})?/giu,
    '(address)',
  ],
  [/(?<![\w/:.)])\/(?:[^\s/'":,;()]+\/)*[^\s/'":,;()]+/gu, 'the file'],
];

/**
 * Returns a reason in one line, without pointers, addresses of machines, URLs and paths. The log has the whole text.
 * Texts without these stay the same.
 */
export function shownReason(text: string): string {
  const shown = replacements.reduce((before, [what, by]) => before.replace(what, by), text);
  return shown
    .replaceAll(/\s*[\r\n]+\s*/gu, '; ')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim();
}
