// Library nodes as sources.
import { HUB_PATH, type Source } from '../contract.ts';

/** `publicUrl` with the path of distribution. */
export const hubUrl = (publicUrl: string): string => publicUrl.replace(/\/+$/, '') + HUB_PATH;

export const sourceAt = (publicUrl: string): Source => ({ base: hubUrl(publicUrl), kind: 'library' });
