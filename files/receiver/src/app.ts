// A receiver as a whole: its session, its deliveries, and the contents that it serves to neighbours.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentFolder, HubPort, Presence } from '@meridian/distribution';
import { softwareVersion } from '@meridian/protocol';
import type { ReceiverConfig } from './config.ts';
import { receiverCounts, receiverMetrics } from './metrics.ts';
import { ledgerWithPasses, Passes } from './passes.ts';
import type { ClockAndLog, Parts, ReceiverDeps } from './ports.ts';
import { serveNeighbours } from './serve.ts';
import { Sessions } from './sessions.ts';

/**
 * Starts the receiver, even while the api is away: held deliveries continue. Everything that it opens is on the close
 * stack: serving neighbours ends first, then transfers, then the stores that they write.
 */
export async function start(deps: ReceiverDeps, parts: Parts) {
  const { config, clock, log, closeStack, metrics } = deps;
  const around = { clock, log };
  mkdirSync(config.stateDir, { recursive: true, mode: 0o700 });
  const { apiUrl, credential } = config;
  const file = join(config.stateDir, 'session.json');
  const sessions = new Sessions({ apiUrl, credential, file, clock, log });
  closeStack.add('session', () => sessions.close());
  const { folder, ledger, passes } = await openState(deps, parts, around);
  const { filesDir, notifyUrl } = config;
  const sink = await parts.makeSink(Object.assign({ folder: filesDir, notifyUrl }, around));
  closeStack.add('files', () => sink.close());
  const nodes = parts.makeHub(Object.assign({ sessions }, around));
  closeStack.add('library nodes', () => nodes.close());
  const { hub, said } = withLatestPresence(nodes);
  const counts = receiverCounts(metrics);
  const options = { parallel: config.parallel, presence: () => presenceOf(config, folder) };
  const onEnded = counts.ended;
  const inbox = await parts.startInbox(Object.assign({ hub, folder, sink, ledger, options, onEnded }, around));
  closeStack.add('inbox', () => inbox.close());
  receiverMetrics(metrics, gaugesOf({ said, folder, sessions, deps }));
  const http = await serveNeighbours(deps, { folder, passes, parts });
  return { sessions, inbox, http };
}

/**
 * Opens contents, ledger and passes. Contents lie on the disk of the files, so that a complete content is linked
 * instead of copied.
 */
async function openState({ config, closeStack, log }: ReceiverDeps, parts: Parts, around: ClockAndLog) {
  const contents = join(config.filesDir, '.meridian', 'contents');
  mkdirSync(contents, { recursive: true });
  const { bytesMax } = config;
  // Blocks of a file arrive in parallel: connections fill each other's pauses, and neighbours share the work.
  const folder = await parts.openFolder(Object.assign({ folder: contents, bytesMax, parallel: 4 }, around));
  closeStack.add('contents', () => folder.close());
  const passes = Passes.open(join(config.stateDir, 'passes.sqlite'), log);
  closeStack.add('passes', () => passes.close());
  const kept = await parts.openLedger(join(config.stateDir, 'ledger.sqlite'), around);
  const ledger = ledgerWithPasses(kept, passes);
  closeStack.add('ledger', () => ledger.close());
  return { folder, ledger, passes };
}

function presenceOf({ site, serveUrl }: ReceiverConfig, folder: ContentFolder) {
  const presence = { site, freeBytes: folder.freeBytes, version: softwareVersion };
  return serveUrl === undefined ? presence : Object.assign({ serveUrl }, presence);
}

type PresenceCounts = Pick<Presence, 'held' | 'running' | 'owed'>;

/** Wraps the hub to remember the inbox's latest presence. */
function withLatestPresence(nodes: HubPort): { hub: HubPort; said(): PresenceCounts } {
  let latestPresence: PresenceCounts = { held: 0, running: 0, owed: 0 };
  const hub: HubPort = {
    poll: (o) => {
      latestPresence = o.presence;
      return nodes.poll(o);
    },
    record: (receipts) => nodes.record(receipts),
    sources: (content) => nodes.sources(content),
  };
  return { hub, said: () => latestPresence };
}

const gaugesOf = (of: { said(): PresenceCounts; folder: ContentFolder; sessions: Sessions; deps: ReceiverDeps }) => ({
  held: () => of.said().held,
  running: () => of.said().running,
  owed: () => of.said().owed,
  keptBytes: () => of.folder.usedBytes,
  freeBytes: () => of.folder.freeBytes,
  sessionLeftMs: () => Math.max(0, (of.sessions.valid?.tokenEndsMs ?? 0) - of.deps.clock.wallMs()),
});
