import { createHash } from 'node:crypto';
import type { Notice, Receipt } from '../../src/contract.ts';

const sha256 = createHash('sha256').update('abc').digest('hex');
/** A day after the initial wall clock of a `ManualClock`. */
export const TOKEN_ENDS_MS = 1_767_225_600_000 + 86_400_000;

export function noticeOf(delivery: string, o: Partial<Notice> = {}): Notice {
  const notice: Notice = {
    delivery,
    order: 'DO_one1',
    tenant: 'acme',
    receiver: 'RC_one1',
    priority: 'normal',
    orderedMs: 1000,
    content: `CT_${delivery}`,
    item: 'IT_one1',
    name: 'film.mp4',
    type: 'video/mp4',
    bytes: 3,
    sha256,
    blocksSha256: sha256,
    token: 'token',
    tokenEndsMs: TOKEN_ENDS_MS,
    pass: 'p'.repeat(43),
    origins: [],
  };
  return Object.assign(notice, o);
}

export function receiptOf(delivery: string, o: Partial<Receipt> = {}): Receipt {
  const receipt: Receipt = {
    delivery,
    code: '',
    detail: '',
    sha256,
    bytes: 3,
    atMs: 5,
    attempts: 1,
    tookMs: 7,
    neighbourBytes: 0,
  };
  return Object.assign(receipt, o);
}
