import { MeridianClientError } from '@meridian/sdk-web';
import { PageError } from './page-config.ts';

/** The stable code of whatever the SDK or the page's server failed with; INTERNAL for what is neither. */
export function codeOf(error: unknown): string {
  return error instanceof MeridianClientError || error instanceof PageError ? error.code : 'INTERNAL';
}
