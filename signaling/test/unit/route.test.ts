import type { ClientBody, Rights } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { rightOf, route, type SessionState } from '../../src/core/index.ts';
import vectors from '../vectors/route.json' with { type: 'json' };

const bodies = Object.keys(rightOf) as ClientBody[];
const rights = (granted: boolean): Rights => ({
  canPublish: granted,
  publishSources: undefined,
  canSubscribe: granted,
  canPublishData: granted,
  admin: granted,
  canUpdateOwnMetadata: granted,
  hidden: false,
});
const all = rights(true);
const none = rights(false);
const outcome = (state: SessionState, body: ClientBody, rights: Rights | undefined): string => {
  const routed = route(state, body, rights);
  return routed.action === 'refuse' ? routed.code : routed.action;
};

describe('every message in every state', () => {
  const rows = Object.entries(vectors.states as Record<string, Record<string, string>>).flatMap(([state, table]) =>
    bodies.map((body) => [state as SessionState, body, table[body] ?? table['*'] ?? ''] as const),
  );
  it.each(rows)('%s, %s: %s', (state, body, expected) => {
    expect(outcome(state, body, state === 'opened' ? undefined : all)).toBe(expected);
  });
  it('is in the vectors', () => {
    expect(rows).toHaveLength(6 * 31);
  });
});

describe('a client without rights', () => {
  it.each(Object.entries(vectors.withoutRights))('%s: %s', (body, expected) => {
    expect(outcome('joined', body as ClientBody, none)).toBe(expected);
    expect(outcome('joined', body as ClientBody, undefined)).toBe(expected);
  });
  it('is asked about every message', () => {
    expect(Object.keys(vectors.withoutRights).sort()).toEqual([...bodies].sort());
  });
});
