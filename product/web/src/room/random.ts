const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'; // 32 characters; none is taken for another when read aloud

/** Random characters, five bits each. */
export function randomText(length: number): string {
  return [...crypto.getRandomValues(new Uint8Array(length))]
    .map((byte) => alphabet[byte % alphabet.length] ?? '')
    .join('');
}

/** A new, empty room: ten characters in groups, 50 bits. */
export function randomRoom(): string {
  return `${randomText(3)}-${randomText(4)}-${randomText(3)}`;
}

/** What only this browser knows: 30 characters, 150 bits. */
export const randomBrowserId = (): string => randomText(30);
