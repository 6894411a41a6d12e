import type { NoticePort } from '@meridian/distribution/streams';
import { Problem } from '../http/problems.ts';

/** Throws CONFLICT if no channels are configured. */
export function checkConfigured(port: NoticePort | undefined): asserts port is NoticePort {
  if (port === undefined) throw new Problem('CONFLICT', 'distribution is not configured: it needs channels');
}

export { checkAdministrator as checkMay } from '../http/administrators.ts';
