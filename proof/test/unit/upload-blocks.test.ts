import { BLOCK_BYTES, blocksOf, LIBRARY_FILE_BYTES_MAX, PROOF_RANGE_BYTES, PROOF_RANGES_MAX } from '@meridian/protocol';
import { expect, it } from 'vitest';
import * as uploader from '../../../files/uploader/src/core/ranges.ts';

it("the client's block size and largest file equal the library's", () => {
  expect([uploader.BLOCK_BYTES, uploader.FILE_BYTES_MAX]).toEqual([BLOCK_BYTES, LIBRARY_FILE_BYTES_MAX]);
  for (const bytes of [1, BLOCK_BYTES, BLOCK_BYTES + 1, LIBRARY_FILE_BYTES_MAX])
    expect(uploader.blocksOf(bytes)).toBe(blocksOf(bytes));
});

it('the largest proof that the api can request is answered', () => {
  const ranges = Array.from({ length: PROOF_RANGES_MAX }, (_, at) => ({ from: at, bytes: PROOF_RANGE_BYTES }));
  expect(uploader.isPlanOf({ parts: [], proof: { ranges } }, BLOCK_BYTES)).toBe(true);
});
