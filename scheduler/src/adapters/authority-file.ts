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
  readonly firstAuthority: Authority;
  readonly nextAuthority: Authority | undefined;
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
    const folderState = text === undefined ? undefined : await openState(text.trim(), file, o);
    const used =
      o.shared === undefined ? (folderState ?? (await createState(o))) : await agreeWithStore(o, o.shared, folderState);
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
    return this.#state.firstAuthority.fingerprint;
  }

  get nextFingerprint(): string | undefined {
    return this.#state.nextAuthority?.fingerprint;
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
    return (this.#ordered()[0] ?? this.#state.firstAuthority).issue(o);
  }

  /** Issues a centre's own certificate, by the authority that tokens pin and absent nodes still trust until `end`. */
  issueCredentials(identity: Identity, ttlMs: number): Promise<Credentials> {
    return this.#state.firstAuthority.issueCredentials(identity, ttlMs, this.caPem);
  }

  /** Adds a listener of each step, made here or at another centre; the step is complete when the listener resolves. */
  onChange(listener: () => Promise<void>): void {
    this.#listeners.push(listener);
  }

  /** Makes `requestedStep`, written first to store and folder. False: another centre made it, or it is not next. */
  advance(requestedStep: RotationStep): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.#sync();
      if (requestedStep !== nextStep(this.#state.step)) return false;
      const state = await this.#stateAfter(requestedStep);
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
    const storedText = await shared.get(AUTHORITY_KEY);
    if (storedText === this.#state.text) return;
    if (storedText === undefined) {
      this.#equivalentText = undefined;
      if (await shared.setIfAbsent(AUTHORITY_KEY, this.#state.text))
        log.warn('the store had lost the certificate authority; it was written again');
      return;
    }
    if (storedText === this.#equivalentText) return;
    this.#equivalentText = undefined;
    const storedState = await openState(storedText, 'the store', this.#o);
    const age = compareLineages(lineageOf(storedState), this);
    if (age === 'earlier') await shared.compareAndSet(AUTHORITY_KEY, storedText, this.#state.text);
    else if (age === 'later') await this.#adopt(storedState);
    else if (age === 'other') log.error('the store holds another certificate authority than this centre');
    // A centre with another secret has sealed it.
    if (age !== 'earlier' && storedText !== this.#state.text) this.#equivalentText = storedText;
  }

  async #stateAfter(requestedStep: RotationStep): Promise<State> {
    const { firstAuthority, nextAuthority = await Authority.create({ clock: this.#o.clock }) } = this.#state;
    if (requestedStep === 'end')
      return {
        step: 'single',
        firstAuthority: nextAuthority,
        nextAuthority: undefined,
        text: await nextAuthority.seal(this.#o.secret),
      };
    const text = await textOf({ step: requestedStep, first: firstAuthority, next: nextAuthority }, this.#o.secret);
    return { step: requestedStep, firstAuthority, nextAuthority, text };
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
      { file, fingerprint: state.firstAuthority.fingerprint },
      'the certificate authority was written to its file',
    );
  }

  #ordered(): Authority[] {
    const { step, firstAuthority, nextAuthority } = this.#state;
    if (nextAuthority === undefined) return [firstAuthority];
    return step === 'switch' ? [nextAuthority, firstAuthority] : [firstAuthority, nextAuthority];
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#lastTurn.then(work);
    // The caller gets the failure; the next turn does not.
    this.#lastTurn = result.catch(() => undefined);
    return result;
  }
}

/** Returns the state of folder or store; when both have one, the later, which must be of the same cluster. */
async function agreeWithStore(o: AuthorityOptions, kv: KeyValue, folderState: State | undefined): Promise<State> {
  const storedText = await kv.get(AUTHORITY_KEY);
  const proposedState = folderState ?? (storedText === undefined ? await createState(o) : undefined);
  if (proposedState !== undefined && (await kv.setIfAbsent(AUTHORITY_KEY, proposedState.text))) return proposedState;
  // When a different centre was first, all centres use its authority.
  const text = (await kv.get(AUTHORITY_KEY)) ?? proposedState?.text ?? '';
  if (proposedState?.text === text) return proposedState;
  const shared = await openState(text, 'the store', o);
  const age = folderState === undefined ? 'later' : compareLineages(lineageOf(shared), lineageOf(folderState));
  if (age === 'other') {
    const remedy = 'delete the one that no node has a certificate of';
    throw new PkiError('PKI_SEAL_INVALID', `state folder and store hold different certificate authorities; ${remedy}`);
  }
  const used = age === 'earlier' && folderState !== undefined ? folderState : shared;
  // A centre that reseals it at the same time uses the same secret.
  if (used.text !== text) await kv.compareAndSet(AUTHORITY_KEY, text, used.text);
  return used;
}

const lineageOf = ({ step, firstAuthority, nextAuthority }: State): Lineage => ({
  step,
  fingerprint: firstAuthority.fingerprint,
  nextFingerprint: nextAuthority?.fingerprint,
});

async function createState(o: AuthorityOptions): Promise<State> {
  const firstAuthority = await Authority.create({ clock: o.clock });
  return { step: 'single', firstAuthority, nextAuthority: undefined, text: await firstAuthority.seal(o.secret) };
}

async function textOf(o: { step: string; first: Authority; next: Authority }, secret: string): Promise<string> {
  return `${await o.first.seal(secret)}\n${o.step} ${await o.next.seal(secret)}`;
}

async function openState(text: string, where: string, o: AuthorityOptions): Promise<State> {
  const [, sealed = text, step, sealedNext] = TEXT_FORM.exec(text) ?? [];
  const { authority: firstAuthority, mustReseal } = await openSealed(sealed, where, o);
  if (sealedNext === undefined)
    return {
      step: 'single',
      firstAuthority,
      nextAuthority: undefined,
      text: mustReseal ? await firstAuthority.seal(o.secret) : text,
    };
  const openedNext = await openSealed(sealedNext, where, o);
  const nextAuthority = openedNext.authority;
  const storedStep = step === 'switch' ? 'switch' : 'begin';
  const isSame = !mustReseal && !openedNext.mustReseal;
  return {
    step: storedStep,
    firstAuthority,
    nextAuthority,
    text: isSame ? text : await textOf({ step: storedStep, first: firstAuthority, next: nextAuthority }, o.secret),
  };
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
    const earlierAuthority = secretBefore === undefined ? undefined : await openBefore(sealed, secretBefore, clock);
    if (earlierAuthority !== undefined) {
      o.log.warn({ where }, 'the certificate authority was sealed with the secret before; it is sealed anew');
      return { authority: earlierAuthority, mustReseal: true };
    }
    const remedy = 'bring it back with its secret, or delete it: then every node has to enrol anew';
    throw new PkiError(error.code, `${where}: ${error.message}; ${remedy}`, { cause: error });
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
