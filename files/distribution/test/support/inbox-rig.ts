// An inbox with a library node, content folder and sink that the test controls.
import { ManualClock, seededRng } from '@meridian/runtime';
import { collectingLog } from '../../../../base/runtime/test/support/log.ts';
import type { ContentFolder, ContentSpec, FetchedContent, Supply } from '../../src/content/types.ts';
import type { FailureCode, Notice, PollAnswer, Presence, Receipt, Source } from '../../src/contract.ts';
import { Inbox } from '../../src/inbox/inbox.ts';
import { memoryLedger } from '../../src/inbox/memory-ledger.ts';
import type { HubPort, InboxOptions, Ledger } from '../../src/inbox/types.ts';
import type { FetchedFile, Sink, Taken } from '../../src/sinks/sink.ts';

interface Poll {
  readonly holding: readonly string[];
  readonly revisions: readonly number[];
  readonly handed?: number;
  readonly presence: Presence;
  readonly signal: AbortSignal;
  answer(o: Partial<PollAnswer>): void;
  fail(): void;
}

export interface Fetch {
  readonly spec: ContentSpec;
  readonly supply: Supply;
  readonly signal: AbortSignal;
  /** Requests the next block; `mayCome` turns true when permitted. */
  block(): { mayCome: boolean };
  bytes(count: number): void;
  end(fromNeighbours?: number): void;
  fail(error: unknown): void;
}

export interface Take extends FetchedFile {
  end(result?: { sha256: string; bytes: number } | 'later'): void;
  fail(error: unknown): void;
}

/** Lets all pending work run without advancing the clock. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 25; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

class ScriptedHub implements HubPort {
  readonly polls: Poll[] = [];
  readonly recorded: string[][] = [];
  readonly receipts: Receipt[] = [];
  /** Selects the receipts that the node stores; undefined: the node does not answer. */
  storesReceipt: ((delivery: string) => boolean) | undefined = () => true;
  knownSources: readonly Source[] = [];

  poll(o: Pick<Poll, 'holding' | 'revisions' | 'handed' | 'presence' | 'signal'>): Promise<PollAnswer> {
    return new Promise((resolve, reject) => {
      const answer = (part: Partial<PollAnswer>): void =>
        resolve(Object.assign({ notices: [], gone: [], hubs: [] }, part));
      const fail = (): void => reject(new Error('silent'));
      o.signal.addEventListener('abort', () => reject(o.signal.reason));
      this.polls.push(Object.assign({ answer, fail }, o));
    });
  }
  async record(receipts: readonly Receipt[]): Promise<readonly string[]> {
    const { storesReceipt } = this;
    this.recorded.push(receipts.map(({ delivery }) => delivery));
    if (storesReceipt === undefined) throw new Error('silent');
    const kept = receipts.filter(({ delivery }) => storesReceipt(delivery));
    this.receipts.push(...kept);
    return kept.map(({ delivery }) => delivery);
  }
  async sources(): Promise<readonly Source[]> {
    return this.knownSources;
  }
}

class ScriptedFolder {
  readonly fetches: Fetch[] = [];
  readonly held = new Set<string>();
  readonly removed: string[] = [];
  /** Fetches end only when the test says so, even aborted ones. */
  isSlow = false;

  fetch(spec: ContentSpec, supply: Supply, o: Parameters<ContentFolder['fetch']>[2]): Promise<FetchedContent> {
    return new Promise((resolve, reject) => {
      o.signal.addEventListener('abort', () => {
        if (!this.isSlow) reject(o.signal.reason);
      });
      this.fetches.push({
        spec,
        supply,
        signal: o.signal,
        block() {
          const asked = { mayCome: false };
          o.mayGoOn?.().then(() => {
            asked.mayCome = true;
          }, reject);
          return asked;
        },
        bytes: (count) => o.onBytes?.(count),
        end: (fromNeighbours = 0) => resolve({ path: `/${spec.content}`, bytes: spec.bytes, fromNeighbours }),
        fail: reject,
      });
    });
  }
  async hold(content: string, by: string): Promise<void> {
    this.held.add(`${content} ${by}`);
  }
  async release(content: string, by: string): Promise<void> {
    this.held.delete(`${content} ${by}`);
  }
  async remove(content: string): Promise<void> {
    this.removed.push(content);
    this.held.clear();
  }
}

class ScriptedSink implements Sink {
  needsBytes = true;
  /** Takes each file at once. */
  isQuick = true;
  readonly takes: Take[] = [];

  take(file: FetchedFile): Promise<Taken | undefined> {
    return new Promise((resolve, reject) => {
      const { sha256, bytes } = file.notice;
      const end = (result: { sha256: string; bytes: number } | 'later' = { sha256, bytes }): void =>
        resolve(result === 'later' ? undefined : Object.assign({ proof: 'read' as const }, result));
      this.takes.push(Object.assign({ end, fail: reject }, file));
      if (this.isQuick) end();
    });
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface Rig {
  readonly clock: ManualClock;
  readonly hub: ScriptedHub;
  readonly folder: ScriptedFolder;
  readonly sink: ScriptedSink;
  readonly ledger: Ledger;
  readonly inbox: Inbox;
  readonly lines: readonly Record<string, unknown>[];
  readonly ended: { code: FailureCode | ''; notice: Notice; receipt: Receipt }[];
  /** Answers the waiting poll. */
  answer(o: Partial<PollAnswer>): Promise<void>;
  notice(...notices: Notice[]): Promise<void>;
  advance(ms: number): Promise<void>;
  /** Returns the running fetch of a content. */
  fetching(content: string): Fetch;
}

export async function inboxRig(
  o: { parallel?: number; ledger?: Ledger; clock?: ManualClock; needsBytes?: boolean; keeps?: boolean } & Pick<
    InboxOptions,
    'place'
  > = {},
): Promise<Rig> {
  const clock = o.clock ?? new ManualClock();
  const hub = new ScriptedHub();
  if (o.keeps === false) hub.storesReceipt = undefined;
  const folder = new ScriptedFolder();
  const sink = new ScriptedSink();
  sink.needsBytes = o.needsBytes ?? true;
  const ledger = o.ledger ?? memoryLedger({ clock });
  const { log, lines } = collectingLog();
  const ended: Rig['ended'] = [];
  const presence = () => ({ site: 'north', freeBytes: 9, version: '1' });
  const inbox = new Inbox({
    hub,
    folder: folder as unknown as ContentFolder,
    sink,
    ledger,
    clock,
    log,
    rng: seededRng('inbox'),
    options: Object.assign(
      {
        parallel: o.parallel ?? 2,
        presence,
        onEnded: (code: FailureCode | '', notice: Notice, receipt: Receipt) => ended.push({ code, notice, receipt }),
      },
      o.place && { place: o.place },
    ),
  });
  await inbox.start();
  await settled();
  const answer = async (part: Partial<PollAnswer>): Promise<void> => {
    hub.polls.at(-1)?.answer(part);
    await settled();
  };
  return {
    clock,
    hub,
    folder,
    sink,
    ledger,
    inbox,
    lines,
    ended,
    answer,
    notice: (...notices) => answer({ notices }),
    async advance(ms) {
      clock.advance(ms);
      await settled();
    },
    fetching(content) {
      const found = folder.fetches.findLast(({ spec }) => spec.content === content);
      if (found === undefined) throw new Error(`${content} is not fetched`);
      return found;
    },
  };
}
