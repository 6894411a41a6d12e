import { createHash } from 'node:crypto';

/** Of an extension that lies in this folder: Chromium makes it of the path. */
export const extensionIdOf = (folder: string): string =>
  createHash('sha256')
    .update(folder)
    .digest('hex')
    .slice(0, 32)
    .replaceAll(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
