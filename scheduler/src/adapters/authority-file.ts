// Stores the cluster's certificate authority, and beside it the next authority during a replacement, as a single text,
// so that authority, next authority and step are written atomically. Format: the sealed authority; in a second line the
// step, a blank and the sealed next authority.
import { mkdir, open as openFile, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Authority,
  type Clock,
  type Credentials,
  type Identity,
  type Issuer,
  type KeyValue,
  type Logger,
  PkiError,
} from '@meridian/runtime';
import {
  type AuthorityStep,
  compareLineages,
  type Lineage,
  nextStep,
  type RotationStep,
} from '../administration/authority-steps.ts';

export interface AuthorityOptions {
  readonly stateDir: string;
  readonly secret: string;
  /** Earlier secret that may have sealed the stored text. */
  readonly secretBefore?: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Store shared with the other centres; absent: the folder alone. */
  readonly shared?: KeyValue;
}

interface State {
  readonly text: string;
  readonly step: AuthorityStep;
  readonly first: Authority;
  readonly next: Authority | undefined;
}

/** Store key of the authority, which the cluster secret seals, so the store learns nothing. */
const AUTHORITY_KEY = 'authority';
const TEXT_FORM = /^(\S+)(?:\n(begin|switch) (\S+))?$/;

export class ClusterAuthority implements Issuer, Lineage {
  readonly #o: AuthorityOptions;
  readonly #file: string;
  readonly #listeners: (() => Promise<void>)[] = [];
  #state: State;
  /** Text of the store while it holds the same state sealed with another secret. */
  #equivalentText: string | undefined;
  #lastTurn: Promise<unknown> = Promise.resolve();

  /**
   * Reads `stateDir/authority.sealed`, or creates it at the first start; with `shared` uses the authority of all
   * centres. Text sealed with `secretBefore` is sealed anew with `secret`, in both places. Throws PKI_SEAL_INVALID when
   * neither secret opens it, or when folder and store hold different authorities: a new authority would lock every node
   * out.
   */
  static async open(o: AuthorityOptions): Promise<ClusterAuthority> {
    await mkdir(o.stateDir, { recursive: true, mode: 0o700 });
    const file = join(o.stateDir, 'authority.sealed');
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    const kept = text === undefined ? undefined : await openState(text.trim(), file, o);
    const used = o.shared === undefined ? (kept ?? (await createState(o))) : await agreeWithStore(o, o.shared, kept);
    const authority = new ClusterAuthority(o, file, used);
    if (used.text !== text?.trim()) await authority.#write(used);
    return authority;
  }

  private constructor(o: AuthorityOptions, file: string, state: State) {
    this.#o = o;
    this.#file = file;
    this.#state = state;
  }

  get sealed(): string {
    return this.#state.text;
  }

  get step(): AuthorityStep {
    return this.#state.step;
  }

  /** Fingerprint of the authority that certifies the centres, and that new tokens pin. */
  get fingerprint(): string {
    return this.#state.first.fingerprint;
  }

  get nextFingerprint(): string | undefined {
    return this.#state.next?.fingerprint;
  }

  /** Fingerprints of the authorities in `caPem`, in its order. */
  get fingerprints(): readonly string[] {
    return this.#ordered().map(({ fingerprint }) => fingerprint);
  }

  get caPem(): string {
    return this.#ordered()
      .map(({ caPem }) => caPem)
      .join('');
  }

  /** Issues by the next authority from `switch` on. Errors: `Authority.issue`. */
  issue(o: Parameters<Issuer['issue']>[0]): ReturnType<Issuer['issue']> {
    return (this.#ordered()[0] ?? this.#state.first).issue(o);
  }

  /** Issues a centre's own certificate, by the authority that tokens pin and absent nodes still trust until `end`. */
  issueCredentials(identity: Identity, ttlMs: number): Promise<Credentials> {
    return this.#state.first.issueCredentials(identity, ttlMs, this.caPem);
  }

  /** Adds a listener of each step, made here or at another centre; the step is complete when the listener resolves. */
  onChange(listener: () => Promise<void>): void {
    this.#listeners.push(listener);
  }

  /** Makes the step `wanted`, written first to store and folder. False: another centre made it, or it is not next. */
  advance(wanted: RotationStep): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.#sync();
      if (wanted !== nextStep(this.#state.step)) return false;
      const state = await this.#stateAfter(wanted);
      const { shared } = this.#o;
      const expected = this.#equivalentText ?? this.#state.text;
      if (shared !== undefined && !(await shared.compareAndSet(AUTHORITY_KEY, expected, state.text))) return false;
      await this.#adopt(state);
      return true;
    });
  }

  /** Takes over another centre's steps from the shared store, or restores a store that has lost its memory. */
  sync(): Promise<void> {
    return this.#inTurn(() => this.#sync());
  }

  async #sync(): Promise<void> {
    const { shared, log } = this.#o;
    if (shared === undefined) return;
    const found = await shared.get(AUTHORITY_KEY);
    if (found === this.#state.text) return;
    if (found === undefined) {
      this.#equivalentText = undefined;
      if (await shared.setIfAbsent(AUTHORITY_KEY, this.#state.text))
        log.warn('the store had lost the certificate authority; it was written again');
      return;
    }
    if (found === this.#equivalentText) return;
    this.#equivalentText = undefined;
    const other = await openState(found, 'the store', this.#o);
    const age = compareLineages(lineageOf(other), this);
    if (age === 'earlier') await shared.compareAndSet(AUTHORITY_KEY, found, this.#state.text);
    else if (age === 'later') await this.#adopt(other);
    else if (age === 'other') log.error('the store holds another certificate authority than this centre');
    // A centre with another secret has sealed it.
    if (age !== 'earlier' && found !== this.#state.text) this.#equivalentText = found;
  }

  async #stateAfter(wanted: RotationStep): Promise<State> {
    const { first, next = await Authority.create({ clock: this.#o.clock }) } = this.#state;
    if (wanted === 'end')
      return { step: 'single', first: next, next: undefined, text: await next.seal(this.#o.secret) };
    const text = await textOf({ step: wanted, first, next }, this.#o.secret);
    return { step: wanted, first, next, text };
  }

  async #adopt(state: State): Promise<void> {
    await this.#write(state);
    this.#state = state;
    this.#equivalentText = undefined;
    const { step, fingerprint, nextFingerprint } = this;
    this.#o.log.warn({ step, fingerprint, nextFingerprint }, 'the certificate authority is being replaced');
    for (const listener of this.#listeners) await listener();
  }

  async #write(state: State): Promise<void> {
    const file = this.#file;
    await writeDurably(file, `${state.text}\n`);
    this.#o.log.info(
      { file, fingerprint: state.first.fingerprint },
      'the certificate authority was written to its file',
    );
  }

  #ordered(): Authority[] {
    const { step, first, next } = this.#state;
    if (next === undefined) return [first];
    return step === 'switch' ? [next, first] : [first, next];
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#lastTurn.then(work);
    // The caller gets the failure; the next turn does not.
    this.#lastTurn = done.catch(() => undefined);
    return done;
  }
}

/** Returns the state of folder or store; when both have one, the later, which must be of the same cluster. */
async function agreeWithStore(o: AuthorityOptions, kv: KeyValue, kept: State | undefined): Promise<State> {
  const found = await kv.get(AUTHORITY_KEY);
  const own = kept ?? (found === undefined ? await createState(o) : undefined);
  if (own !== undefined && (await kv.setIfAbsent(AUTHORITY_KEY, own.text))) return own;
  // When a different centre was first, all centres use its authority.
  const text = (await kv.get(AUTHORITY_KEY)) ?? own?.text ?? '';
  if (own?.text === text) return own;
  const shared = await openState(text, 'the store', o);
  const age = kept === undefined ? 'later' : compareLineages(lineageOf(shared), lineageOf(kept));
  if (age === 'other') {
    const way = 'delete the one that no node has a certificate of';
    throw new PkiError('PKI_SEAL_INVALID', `state folder and store hold different certificate authorities; ${way}`);
  }
  const used = age === 'earlier' && kept !== undefined ? kept : shared;
  // A centre that reseals it at the same time uses the same secret.
  if (used.text !== text) await kv.compareAndSet(AUTHORITY_KEY, text, used.text);
  return used;
}

const lineageOf = ({ step, first, next }: State): Lineage => ({
  step,
  fingerprint: first.fingerprint,
  nextFingerprint: next?.fingerprint,
});

async function createState(o: AuthorityOptions): Promise<State> {
  const first = await Authority.create({ clock: o.clock });
  return { step: 'single', first, next: undefined, text: await first.seal(o.secret) };
}

async function textOf(o: { step: string; first: Authority; next: Authority }, secret: string): Promise<string> {
  return `${await o.first.seal(secret)}\n${o.step} ${await o.next.seal(secret)}`;
}

async function openState(text: string, where: string, o: AuthorityOptions): Promise<State> {
  const [, sealed = text, step, sealedNext] = TEXT_FORM.exec(text) ?? [];
  const { authority: first, mustReseal } = await openSealed(sealed, where, o);
  if (sealedNext === undefined)
    return { step: 'single', first, next: undefined, text: mustReseal ? await first.seal(o.secret) : text };
  const opened = await openSealed(sealedNext, where, o);
  const next = opened.authority;
  const known = step === 'switch' ? 'switch' : 'begin';
  const isSame = !mustReseal && !opened.mustReseal;
  return { step: known, first, next, text: isSame ? text : await textOf({ step: known, first, next }, o.secret) };
}

/** Opens with either secret, and returns whether the text must be sealed anew with the present one. */
async function openSealed(
  sealed: string,
  where: string,
  o: AuthorityOptions,
): Promise<{ authority: Authority; mustReseal: boolean }> {
  const { clock, secret, secretBefore } = o;
  try {
    return { authority: await Authority.open(sealed, secret, { clock }), mustReseal: false };
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    const before = secretBefore === undefined ? undefined : await openBefore(sealed, secretBefore, clock);
    if (before !== undefined) {
      o.log.warn({ where }, 'the certificate authority was sealed with the secret before; it is sealed anew');
      return { authority: before, mustReseal: true };
    }
    const way = 'bring it back with its secret, or delete it: then every node has to enrol anew';
    throw new PkiError(error.code, `${where}: ${error.message}; ${way}`, { cause: error });
  }
}

/** Returns undefined when this secret did not seal it either; the first error then explains the failure. */
function openBefore(sealed: string, secret: string, clock: Clock): Promise<Authority | undefined> {
  return Authority.open(sealed, secret, { clock }).catch((error: unknown) => {
    if (error instanceof PkiError) return undefined;
    throw error;
  });
}

/** Writes atomically: a crash leaves the old or the new file, and never loses an authority that was used. */
async function writeDurably(file: string, content: string): Promise<void> {
  const draft = `${file}.new`;
  const handle = await openFile(draft, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
