// When a tenant sends more than its limit, media nodes end tracks (docs/bandwidth.md). A sender of one here is ended,
// and hears why: it would send on in vain.
import type { SessionClient } from '@meridian/client';
import type { ErrorCode } from '@meridian/protocol';

/** Calls `end` when a track of the session was ended for being too much. */
export function onOverLimit(session: SessionClient, end: (code: ErrorCode, description: string) => void): void {
  session.on('rosterChanged', (changes) => {
    const { selfSessionId } = session.roster;
    for (const change of changes) {
      const isOurs = change.type === 'trackUnpublished' && change.participant.sessionId === selfSessionId;
      if (!isOurs || change.reason !== ('QUOTA_EXCEEDED' satisfies ErrorCode)) continue;
      end('QUOTA_EXCEEDED', 'more is sent than the tenant may send');
      return;
    }
  });
}
