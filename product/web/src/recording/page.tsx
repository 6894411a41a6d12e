import type { FinishedRecording, RecordedPost } from '@meridian/protocol';
import { LoaderCircle, Users } from 'lucide-react';
import { useEffect, useState } from 'react';
import { type Failure, failureAt } from '../core/failure.ts';
import { FailureNotice } from '../ui/failure.tsx';
import { Brand, LanguageSwitch } from '../ui/parts.tsx';
import type { RecordingAddress } from './core/address.ts';
import { LoadError, loadPosts, loadRecording } from './load.ts';
import { RecordingPlayer } from './player.ts';
import './recording.css';
import { browserTimeZone, timeFormat } from '../core/time-formats.ts';
import { useWords } from './text.ts';
import { Player } from './ui/player.tsx';

export type Loaded =
  | { readonly at: 'loading' }
  | { readonly at: 'failed'; readonly failure: Failure }
  | { readonly at: 'ready'; readonly recording: FinishedRecording; readonly posts: readonly RecordedPost[] };

/** The page that plays a recording. `address`: undefined when the URL has none. */
export function RecordingPage({ address }: { address: RecordingAddress | undefined }) {
  const [loaded, setLoaded] = useState<Loaded>({ at: 'loading' });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt loads again
  useEffect(() => {
    if (address === undefined) return setLoaded(failed('RECORDING_ADDRESS'));
    let isGone = false;
    const show = (next: Loaded): void => {
      if (!isGone) setLoaded(next);
    };
    show({ at: 'loading' });
    load(address.base).then(show, (error: unknown) =>
      show(failed(error instanceof LoadError ? error.code : 'RECORDING_UNREADABLE')),
    );
    return () => {
      isGone = true;
    };
  }, [address, attempt]);
  return <RecordingView loaded={loaded} address={address} onAgain={() => setAttempt(attempt + 1)} />;
}

const failed = (code: string): Loaded => ({ at: 'failed', failure: failureAt(code, Date.now()) });

async function load(base: string): Promise<Loaded> {
  const recording = await loadRecording(base);
  return { at: 'ready', recording, posts: await loadPosts(base, recording) };
}

export interface RecordingViewProps {
  readonly loaded: Loaded;
  readonly address: RecordingAddress | undefined;
  onAgain(): void;
}

export function RecordingView({ loaded, address, onAgain }: RecordingViewProps) {
  const { say } = useWords();
  const title = loaded.at === 'ready' ? loaded.recording.room : say('recording');
  useEffect(() => {
    document.title = `${title} · Meridian`;
  }, [title]);
  return (
    <div className="recording" data-testid="recording" data-at={loaded.at}>
      <header className="page-head">
        <Brand />
        <LanguageSwitch />
      </header>
      <main className="recording-main mx-auto">
        {loaded.at === 'ready' && address !== undefined ? (
          <Ready recording={loaded.recording} posts={loaded.posts} address={address} />
        ) : (
          <Notice loaded={loaded} onAgain={onAgain} />
        )}
      </main>
    </div>
  );
}

function Notice({ loaded, onAgain }: { loaded: Loaded; onAgain(): void }) {
  const { say } = useWords();
  if (loaded.at !== 'failed')
    return (
      <div className="recording-notice grid justify-items-center gap-2 text-center" role="status">
        <LoaderCircle size={34} className="spinner" aria-hidden="true" />
        <strong>{say('loading')}</strong>
      </div>
    );
  return (
    <div className="recording-notice grid justify-items-center gap-2 text-center" data-code={loaded.failure.code}>
      <FailureNotice failure={loaded.failure} thing="recording" form="cover" onAgain={onAgain} />
    </div>
  );
}

interface ReadyProps {
  readonly recording: FinishedRecording;
  readonly posts: readonly RecordedPost[];
  readonly address: RecordingAddress;
}

function Ready({ recording, posts, address }: ReadyProps) {
  const [player, setPlayer] = useState<RecordingPlayer>();
  useEffect(() => {
    const made = new RecordingPlayer(address.base, recording);
    setPlayer(made);
    return () => made.close();
  }, [address, recording]);
  return (
    <>
      <Title recording={recording} />
      {player === undefined ? null : <Player player={player} posts={posts} address={address} />}
    </>
  );
}

function Title({ recording: { room, startedWallMs, participants } }: Pick<ReadyProps, 'recording'>) {
  const { say, locale } = useWords();
  const started = timeFormat('longDateTime', { locale, timeZone: browserTimeZone() })(startedWallMs);
  const count = participants.length;
  return (
    <div className="recording-title flex flex-wrap items-baseline">
      <h1 className="ellipsis">{room}</h1>
      <p>
        <time dateTime={new Date(startedWallMs).toISOString()}>{started}</time>
        {count === 0 ? null : (
          <span className="inline-flex items-center gap-6px" title={participants.map(({ name }) => name).join(', ')}>
            <Users size={15} aria-hidden="true" />
            {count === 1 ? say('onePerson') : say('people', { count })}
          </span>
        )}
      </p>
    </div>
  );
}
