import { describe, expect, it } from 'vitest';
import { EPOCH_JUMP_MAX, judgeOrder } from '../../local/order-fence.ts';

const counts = (seen: number) => ({ what: 'counts', seen });
const stale = (seen: number) => ({ what: 'stale', seen });
const malformed = { what: 'malformed' };

describe('an order', () => {
  it.each([
    { name: 'without an epoch', seen: 7, header: undefined, want: malformed },
    { name: 'with an empty epoch', seen: 7, header: '', want: malformed },
    { name: 'under epoch 0, of a centre that does not lead', seen: 0, header: '0', want: malformed },
    { name: 'under a negative epoch', seen: 7, header: '-8', want: malformed },
    { name: 'under a fractional epoch', seen: 7, header: '8.5', want: malformed },
    { name: 'under a hexadecimal epoch', seen: 7, header: '0x8', want: malformed },
    { name: 'under two epochs', seen: 7, header: '8, 9', want: malformed },
    { name: 'under an epoch beyond exact numbers', seen: 0, header: '9007199254740993', want: malformed },
    { name: 'under the first epoch', seen: 0, header: '1', want: counts(1) },
    {
      name: 'under any epoch, as the first order',
      seen: 0,
      header: '9007199254740991',
      want: counts(Number.MAX_SAFE_INTEGER),
    },
    { name: 'under the same epoch', seen: 7, header: '7', want: counts(7) },
    { name: 'under a higher epoch', seen: 7, header: '8', want: counts(8) },
    { name: 'under a lower epoch', seen: 8, header: '7', want: stale(8) },
    { name: 'under the lowest epoch', seen: 8, header: '1', want: stale(8) },
    {
      name: 'under the highest epoch that may follow',
      seen: 7,
      header: String(7 + EPOCH_JUMP_MAX),
      want: counts(7 + EPOCH_JUMP_MAX),
    },
    { name: 'under a higher epoch than may follow', seen: 7, header: String(8 + EPOCH_JUMP_MAX), want: malformed },
  ])('$name', ({ seen, header, want }) => expect(judgeOrder(seen, header)).toEqual(want));
});
