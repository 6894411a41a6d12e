import { describe, expect, it } from 'vitest';
import { accessOf, tokenScopes } from '../../src/access.ts';
import { ClaimReader, checkTokenTimes, tokenExpired } from '../../src/claims.ts';
import { MeridianError } from '../../src/errors.ts';
import { claimRows, claimsWith, timeRows } from '../vectors/claim-rows.ts';

const nowS = 1_800_000_000;
const valid = { sub: 'ann', exp: nowS + 600, video: { room: 'lobby', roomJoin: true } };
const key = { tenant: 'acme', scopes: tokenScopes };

/** Returns a refusal's code and text as `verify` of node-shell does, or the access. */
function answerOf(claims: Record<string, unknown>) {
  try {
    const { endWallMs, isOver } = checkTokenTimes(new ClaimReader(claims), nowS * 1000);
    if (isOver) throw tokenExpired(endWallMs, nowS * 1000);
  } catch (error) {
    if (error instanceof MeridianError) return error;
    throw error;
  }
  const result = accessOf(claims, key);
  return result.ok ? result.access : { code: result.code, message: result.message };
}

describe('a token whose claim', () => {
  it.each([...claimRows, ...timeRows(nowS)].map((row) => [row.claim, row.what, row.answer, row] as const))(
    '%s is %s: %s',
    (claim, _what, answer, row) => {
      const found = answerOf(claimsWith(valid, row));
      if (answer === 'taken') {
        expect(found).toMatchObject(row.access ?? { tenant: 'acme' });
        return;
      }
      expect(found).toMatchObject({ code: answer, message: expect.stringContaining(`claim "${claim}"`) });
      expect(found).toMatchObject({ message: expect.stringContaining(row.text ?? '') });
    },
  );
});

describe('the refusal of a token', () => {
  it('shows no value of a claim', () => {
    const secrets = claimRows.filter(({ answer, value }) => answer === 'TOKEN_INVALID' && typeof value === 'string');
    for (const row of secrets) {
      const secret = `geheim${String(row.value)}geheim`.repeat(30);
      const found = answerOf(
        claimsWith(valid, { ...row, value: row.claim === 'metadata' ? secret.repeat(9) : secret }),
      );
      expect(JSON.stringify(found)).not.toContain('"message":"geheim');
      if ('message' in found) expect(found.message).not.toContain('geheim');
    }
  });

  it('before its time says when to try again, within a minute', () => {
    const retryOf = (nbf: number) => {
      const found = answerOf({ ...valid, nbf });
      return found instanceof MeridianError && [found.code, found.retryable, found.retryAfterMs];
    };
    expect(retryOf(nowS + 65)).toEqual(['TOKEN_NOT_YET_VALID', true, 5000]);
    expect(retryOf(nowS + 86_400)).toEqual(['TOKEN_NOT_YET_VALID', true, 60_000]);
  });
});
