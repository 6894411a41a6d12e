import { createHash } from 'node:crypto';

export const digestOf = (times: readonly (readonly number[])[]): string =>
  createHash('sha256').update(JSON.stringify(times)).digest('base64url').slice(0, 16);
