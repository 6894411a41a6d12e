// Ends a sender whose track a media node ended because of the tenant's limit (docs/design/bandwidth.md).
import type { SessionClient } from '@meridian/client';
import type { ErrorCode } from '@meridian/protocol';

export function onOverLimit(session: SessionClient, end: (code: ErrorCode, description: string) => void): void {
  session.on('rosterChanged', (changes) => {
    const { selfSessionId } = session.roster;
    for (const change of changes) {
      const isOurs = change.type === 'trackUnpublished' && change.participant.sessionId === selfSessionId;
      if (!isOurs || change.reason !== ('QUOTA_EXCEEDED' satisfies ErrorCode)) continue;
      end('QUOTA_EXCEEDED', 'the tenant may not send that much');
      return;
    }
  });
}
