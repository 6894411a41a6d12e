// Picture thread of one composer, which sends the time. An unexpected error ends the process.
import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { errorInfoOf } from '@meridian/protocol';
import { systemClock } from '@meridian/runtime/clock';
import { FfmpegSupervisor } from '../../adapters/ffmpeg/supervisor.ts';
import { ComposedPictures, type PicturesSettings } from '../composed-pictures.ts';
import type { FromPictures, ThreadData, ToPictures } from './messages.ts';

const port = parentPort;
if (port === null) throw new Error('this file is a thread of its own');
const post = (message: FromPictures, owned: readonly ArrayBuffer[] = []): void => port.postMessage(message, owned);
const log = { warn: (fields: unknown, text?: unknown) => post({ kind: 'warning', fields, text: String(text) }) };
const clock = systemClock();
const supervisor = new FfmpegSupervisor({
  ...(workerData as ThreadData).supervisor,
  clock,
  log,
  metrics: {
    running: (value) => post({ kind: 'metric', name: 'running', value }),
    used: (value) => post({ kind: 'metric', name: 'used', value }),
    started: (job) => post({ kind: 'started', job }),
    restarted: () => post({ kind: 'metric', name: 'restarted', value: 1 }),
    dropped: (value) => post({ kind: 'metric', name: 'dropped', value }),
  },
});
let pictures: ComposedPictures | undefined;

port.on('message', (message: ToPictures) => {
  if (message.kind === 'begin') begin(message.settings);
  else if (message.kind === 'show') pictures?.show(message.tiles, message.trackIds, message.isMoved);
  else if (message.kind === 'run') void run(message);
  else void close();
});
post({ kind: 'ready' });

function begin(settings: PicturesSettings): void {
  try {
    pictures = new ComposedPictures({
      ...settings,
      supervisor,
      clock,
      log,
      onPicture: (picture) => {
        const encoderPid = pictures?.encoderPid;
        post({ kind: 'picture', picture, encoderPid });
      },
      onKeyNeeded: (trackId) => post({ kind: 'keyNeeded', trackId }),
      onDegraded: (isDegraded) => post({ kind: 'degraded', isDegraded }),
    });
    post({ kind: 'begun' });
  } catch (error) {
    post({ kind: 'refused', ...errorInfoOf(error) });
  }
}

async function run({ nowMs, isStep, pictures: heads, data }: ToPictures & { readonly kind: 'run' }): Promise<void> {
  let at = 0;
  for (const { trackId, codec, ptsMs, isKey, bytes } of heads) {
    pictures?.push(trackId, { codec, ptsMs, isKey, data: data.subarray(at, at + bytes) });
    at += bytes;
  }
  if (!isStep) {
    pictures?.run(nowMs);
    return;
  }
  await pictures?.step(nowMs);
  post({ kind: 'stepped' });
}

async function close(): Promise<void> {
  await pictures?.close();
  process.exit(0); // In a worker, this ends the thread only.
}
