import { isIdentity } from '@meridian/protocol';
import { expect, it } from 'vitest';
import { oddIdentities } from '../../../../base/protocol/test/vectors/claim-rows.ts';
import { companionIdentity } from '../../src/companion.ts';

it.each(oddIdentities)(
  'the companion of an identity of another system is an identity, also cut: %s',
  (_what, identity) => {
    for (const before of [0, 60, 90, 93, 95, 97, 98, 99, 100]) {
      const long = `${'x'.repeat(before)}${identity}${'y'.repeat(28)}`.slice(0, 128 + before);
      if (!isIdentity(long)) continue;
      for (const what of ['encoder', 'viewer'] as const) {
        const companion = companionIdentity(long, what);
        expect([long, companion, isIdentity(companion)]).toEqual([long, companion, true]);
      }
    }
  },
);
