import { nodeIdOnHost, registeringKinds } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';

describe('the id of a node on an invited host', () => {
  test.each<[string, string, number | undefined]>([
    ['the centre', 'scheduler', undefined],
    ['no kind', '', undefined],
    ['a name of every object', 'toString', undefined],
    ['a media node without a number', 'sfu', undefined],
    ['a second signaling node', 'signaling', 2],
  ])('does not exist for %s', (_what, kind, number) => {
    expect(nodeIdOnHost({ hostId: 'h', kind, number })).toBeUndefined();
  });

  test('contains kind and host, and the number of a media node', () => {
    const ids = registeringKinds.map((kind) =>
      nodeIdOnHost({ hostId: 'h1', kind, number: kind === 'sfu' ? 7 : undefined }),
    );
    expect(ids.sort()).toEqual(['api-h1', 'gw-h1', 'lib-h1', 'probe-h1', 'rec-h1', 'sfu-h1-7', 'sig-h1']);
  });
});
