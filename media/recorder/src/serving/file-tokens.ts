// Tokens by which a recording is played: JWTs (HS256) of an API key of the tenant, {recording, may, exp, via}.
import type { TokenOrigin, Tokens } from '@meridian/node-shell';
import { isRecordingId, MeridianError } from '@meridian/protocol';

/** `download`: may also keep files. */
export type May = 'play' | 'download';

export interface FileToken {
  readonly tenant: string;
  readonly recordingId: string;
  readonly may: May;
  /** By what it can be revoked. */
  readonly origin: TokenOrigin;
}

/**
 * What the token opens. Rejects as `Tokens.signed`, with TOKEN_INVALID for one of another kind, and with NOT_PERMITTED
 * for one of an API key without the scope `recordings:write`, by which links are made.
 */
export async function openFileToken(tokens: Pick<Tokens, 'signed'>, token: string): Promise<FileToken> {
  const { claims, tenant, scopes, origin } = await tokens.signed(token);
  const { recording, may } = claims;
  if (typeof recording !== 'string' || !isRecordingId(recording)) throw new MeridianError('TOKEN_INVALID');
  if (may !== 'play' && may !== 'download') throw new MeridianError('TOKEN_INVALID');
  if (!scopes.includes('recordings:write')) throw new MeridianError('NOT_PERMITTED');
  return { tenant, recordingId: recording, may, origin };
}
