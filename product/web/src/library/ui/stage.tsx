// The place of an item on a page: its player, its picture, or the sentence that it has no preview.
import { LoaderCircle } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { KindIcon } from './kind-icon.tsx';
import type { MediaPlayerProps } from './media-player.tsx';
import '../stage.css';
import { usePlayerWords } from './use-player-words.ts';

/** Loaded on first playback. */
const MediaPlayer = lazy(async () => ({ default: (await import('./media-player.tsx')).MediaPlayer }));

interface StageProps extends Omit<MediaPlayerProps, 'link' | 'onFailed'> {
  /** Undefined while it is being made. */
  link: MediaPlayerProps['link'] | undefined;
}

export function Stage({ link, ...props }: StageProps) {
  const { say } = usePlayerWords();
  const [failed, setFailed] = useState<'' | 'playFailed' | 'playEnded'>('');
  const { title, kind } = props.item;
  const onFailed = (isRefused: boolean): void => setFailed(isRefused ? 'playEnded' : 'playFailed');
  if (kind === 'document' || failed !== '')
    return (
      <EmptyStage>
        <KindIcon kind={kind} size={44} />
        <p>{say(failed === '' ? 'noPreview' : failed)}</p>
      </EmptyStage>
    );
  const opening = (
    <EmptyStage>
      <LoaderCircle size={30} className="spinner accent" aria-hidden="true" />
    </EmptyStage>
  );
  if (link === undefined) return opening;
  if (kind === 'image')
    return (
      <div className="library-stage" data-testid="stage">
        <img src={link.url} alt={title} onError={() => onFailed(false)} />
      </div>
    );
  return (
    <Suspense fallback={opening}>
      <MediaPlayer {...props} {...{ link, onFailed }} />
    </Suspense>
  );
}

export const EmptyStage = ({ children }: { children: ReactNode }) => (
  <div className="library-stage empty" data-testid="stage">
    {children}
  </div>
);
