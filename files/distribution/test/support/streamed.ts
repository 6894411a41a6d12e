import type { Notice, OwnedReceipt, Presence } from '../../src/contract.ts';

export const sha = 'ab'.repeat(32);

export const noticeOf = (change: Partial<Notice> = {}): Notice =>
  Object.assign(
    {
      delivery: 'DL_0001',
      order: 'DO_0001',
      tenant: 'acme',
      receiver: 'RC_0001',
      priority: 'normal' as const,
      orderedMs: 1,
      content: 'up_film',
      item: 'it_film',
      name: 'film.mp4',
      type: 'video/mp4',
      bytes: 10,
      sha256: sha,
      blocksSha256: sha,
      token: 'token',
      tokenEndsMs: 1_000_000,
      pass: 'p'.repeat(43),
      origins: ['http://127.0.0.1:1'],
    },
    change,
  );

export const receiptOf = (change: Partial<OwnedReceipt> = {}): OwnedReceipt =>
  Object.assign(
    {
      delivery: 'DL_0001',
      tenant: 'acme',
      receiver: 'RC_0001',
      code: '' as const,
      detail: '',
      sha256: sha,
      bytes: 10,
      atMs: 5,
      attempts: 1,
      tookMs: 7,
      neighbourBytes: 0,
    },
    change,
  );

export const presenceOf = (change: Partial<Presence> = {}): Presence =>
  Object.assign({ site: 'hall', freeBytes: 1000, held: 0, running: 0, owed: 0, version: '1' }, change);
