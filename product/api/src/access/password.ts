// Passwords that people choose: argon2id, kept in the PHC text form.
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { FairSlots } from './fair-slots.ts';

export interface PasswordCost {
  /** In KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** OWASP's cheapest recommendation: some 20 ms of one core, so that a wave of guests does not stop the service. */
const DEFAULT_COST: PasswordCost = { memory: 19_456, passes: 2, parallelism: 1 };
const TAG_BYTES = 32;
const FORM = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Limits of concurrent checks: each takes one of libuv's four threads, and one thread stays free for other work. */
const CHECK_SLOTS = { total: 3, perAddress: 2, waiting: 256, waitingPerAddress: 64 };

export class Passwords {
  /** Slot in which `matches` must run for people who are not signed in. */
  readonly checkSlots = new FairSlots(CHECK_SLOTS);
  readonly #cost: PasswordCost;

  /** Uses `cost` for new hashes; tests use a cheaper cost. */
  constructor(cost: PasswordCost = DEFAULT_COST) {
    this.#cost = cost;
  }

  async hash(password: string): Promise<string> {
    const nonce = randomBytes(16);
    const tag = await deriveHash(password, nonce, this.#cost);
    const { memory, passes, parallelism } = this.#cost;
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(tag)}`;
  }

  /** Uses the cost in the stored text. Throws for a text that `hash` did not make. */
  async matches(kept: string, password: string): Promise<boolean> {
    const [, memory, passes, parallelism, nonce = '', tag = ''] = FORM.exec(kept) ?? [];
    if (memory === undefined) throw new Error('a stored password hash is damaged');
    const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
    return timingSafeEqual(await deriveHash(password, Buffer.from(nonce, 'base64'), cost), Buffer.from(tag, 'base64'));
  }
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

function deriveHash(password: string, nonce: Buffer, cost: PasswordCost): Promise<Buffer> {
  // Keyboards compose letters in different ways; NFC makes equal passwords of them.
  const message = Buffer.from(password.normalize('NFC'));
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message, nonce, tagLength: TAG_BYTES, ...cost }, (error, tag) =>
      error === null ? resolve(tag) : reject(error),
    );
  });
}
