// Acts of an administrator in a running room. Acts that others notice need a confirmation: `ask` changes nothing.
import { Store } from '../../room/store.ts';
import type { Ban, RoomsApi } from './api.ts';

export type Question =
  | { readonly ask: 'end' }
  | { readonly ask: 'remove'; readonly identity: string; readonly name: string }
  | {
      readonly ask: 'mute';
      readonly identity: string;
      readonly name: string;
      readonly trackId: string;
      readonly source: string;
    };

type ActsApi = Pick<RoomsApi, 'end' | 'remove' | 'mute' | 'lock' | 'letIn'>;

export class RoomActs {
  readonly question = new Store<Question | undefined>(undefined);
  /** Error of the latest act without confirmation; undefined after success. */
  readonly problem = new Store<unknown>(undefined);
  readonly #api: ActsApi;
  readonly #room: string;
  readonly #onDone: () => void;

  constructor(api: ActsApi, room: string, onDone: () => void) {
    this.#api = api;
    this.#room = room;
    this.#onDone = onDone;
  }

  readonly ask = (question: Question): void => this.question.set(question);
  readonly cancel = (): void => this.question.set(undefined);

  /** Executes the confirmed act. Rejects with MeridianApiError; the question then stays. */
  async confirm(ban: Ban = 'none'): Promise<void> {
    const question = this.question.get();
    if (question === undefined) return;
    if (question.ask === 'end') await this.#api.end(this.#room);
    else if (question.ask === 'remove') await this.#api.remove(this.#room, question.identity, ban);
    else await this.#api.mute(this.#room, question.identity, question.trackId);
    this.question.set(undefined);
    this.#onDone();
  }

  readonly lock = (locked: boolean): Promise<void> => this.#do(() => this.#api.lock(this.#room, locked));
  readonly letIn = (act: 'admit' | 'refuse', waitIds: readonly string[] | 'all'): Promise<void> =>
    this.#do(() => this.#api.letIn(this.#room, act, waitIds));

  async #do(act: () => Promise<void>): Promise<void> {
    this.problem.set(undefined);
    try {
      await act();
    } catch (error) {
      this.problem.set(error);
    }
    this.#onDone();
  }
}
