const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'; // 32 characters without look-alikes

/** Returns random characters of five bits each. */
export function randomText(length: number): string {
  return [...crypto.getRandomValues(new Uint8Array(length))]
    .map((byte) => alphabet[byte % alphabet.length] ?? '')
    .join('');
}

/** Returns the name of a new room: ten characters in groups, 50 bits. */
export function randomRoom(): string {
  return `${randomText(3)}-${randomText(4)}-${randomText(3)}`;
}

/** Returns this browser's secret: 30 characters, 150 bits. */
export const randomBrowserId = (): string => randomText(30);
