import { createHash } from 'node:crypto';

/** Returns the id that Chromium derives from an extension's folder path. */
export const extensionIdOf = (folder: string): string =>
  createHash('sha256')
    .update(folder)
    .digest('hex')
    .slice(0, 32)
    .replaceAll(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
