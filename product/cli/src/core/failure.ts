// Exit codes of failures for scripts, and advice about failures for people.

export const exitCode = {
  ok: 0,
  refused: 1,
  /** The command line or the configuration is invalid. */
  usage: 2,
  unreachable: 3,
} as const;

/** Error of an invalid command line or configuration. */
export class UsageError extends Error {}

/** Returns what to do about an error code; undefined when the message is enough. */
export function adviceOf(code: string, retryAfterMs: number): string | undefined {
  if (retryAfterMs > 0) return `Try again in ${Math.ceil(retryAfterMs / 1000)} s.`;
  const advice: Readonly<Record<string, string>> = {
    TOKEN_INVALID: 'MERIDIAN_API_KEY and MERIDIAN_API_SECRET must be a key of the server at MERIDIAN_URL.',
    TOKEN_REVOKED: 'The API key was revoked: use another one.',
    TOKEN_EXPIRED: 'The clocks of this machine and the server differ by minutes.',
    NOT_FOUND: 'No such name or id. A room exists while participants are in it, or if it was created.',
    NOT_PERMITTED: [
      'If a scope is named: this API key lacks it. `meridian keys create NAME --scope SCOPE …`, with a key that has',
      'keys:admin and that scope, makes one that has it; `meridian keys list` shows which have which.',
      'The key of `npm start` has all scopes.',
    ].join('\n'),
    API_UNREACHABLE: 'Check that MERIDIAN_URL is right and that its server runs.',
    ANSWER_UNREADABLE: 'MERIDIAN_URL must be the address of the page, as https://meet.example.org.',
  };
  return advice[code];
}

export const exitCodeOf = (code: string): number =>
  code === 'API_UNREACHABLE' || code === 'ANSWER_UNREADABLE' ? exitCode.unreachable : exitCode.refused;
