// The parts of distribution that a receiver is put together from.
import type { Parts } from './ports.ts';

const missing = (): never => {
  throw new Error('not wired');
};

export const parts: Parts = {
  openFolder: missing,
  openLedger: missing,
  makeSink: missing,
  makeHub: missing,
  startInbox: missing,
  serveContents: missing,
};
