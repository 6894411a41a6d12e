import {
  FINISHED_BYTES_MAX,
  type FinishedRecording,
  type RecordedPost,
  readFinishedRecording,
  readRecordedPosts,
} from '@meridian/protocol';
import { descriptionUrl, fileUrl } from './core/address.ts';
import { type Cue, parseVtt } from './core/vtt.ts';

const ANSWER_MS_MAX = 20_000;

/** Why nothing can play: a code of the server or one of this page (`core/messages/failures.ts`). */
export class LoadError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.name = 'LoadError';
    this.code = code;
  }
}

/** Loads `finished.json` of the base. Rejects with a `LoadError`. */
export async function loadRecording(base: string): Promise<FinishedRecording> {
  const json = await jsonOf(descriptionUrl(base));
  try {
    return readFinishedRecording(json);
  } catch (error) {
    console.info('finished.json:', error);
    throw new LoadError('RECORDING_UNREADABLE');
  }
}

/** Loads the posts; empty when there is no such file, or it is unreadable. */
export async function loadPosts(base: string, recording: FinishedRecording): Promise<readonly RecordedPost[]> {
  if (recording.posts === null) return [];
  try {
    return readRecordedPosts(await jsonOf(fileUrl(base, recording.posts.name)));
  } catch (error) {
    console.info('what was written is not shown:', error);
    return [];
  }
}

/** Loads the cues of a WebVTT file; empty on failure. */
export async function loadCues(base: string, name: string): Promise<readonly Cue[]> {
  try {
    return parseVtt(await textOf(fileUrl(base, name)));
  } catch (error) {
    console.info(`${name}:`, error);
    return [];
  }
}

async function jsonOf(url: string): Promise<unknown> {
  const text = await textOf(url);
  try {
    return JSON.parse(text);
  } catch {
    throw new LoadError('RECORDING_UNREADABLE');
  }
}

async function textOf(url: string): Promise<string> {
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  const response = await fetch(url, { signal, credentials: 'omit', referrerPolicy: 'no-referrer' }).catch(() => {
    throw new LoadError('RECORDING_UNREACHABLE');
  });
  if (!response.ok) throw new LoadError(await codeOf(response));
  if (Number(response.headers.get('content-length') ?? 0) > FINISHED_BYTES_MAX)
    throw new LoadError('RECORDING_UNREADABLE');
  return await response.text().catch(() => {
    throw new LoadError('RECORDING_UNREACHABLE');
  });
}

async function codeOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined);
  const code = (body as { code?: unknown } | undefined)?.code;
  if (response.status === 404) return 'RECORDING_UNFINISHED';
  return typeof code === 'string' && response.status < 500 ? code : 'RECORDING_UNREACHABLE';
}
