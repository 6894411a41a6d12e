import type { RecordedPost } from '@meridian/protocol';
import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { toggleFullScreen } from '../../ui/full-screen.ts';
import { playKeyPressed, useIdle } from '../../ui/use-playing.ts';
import type { RecordingAddress } from '../core/address.ts';
import { type PlayKey, speedBeside } from '../core/keys.ts';
import { chapterAt } from '../core/timeline.ts';
import type { RecordingPlayer } from '../player.ts';
import { Controls } from './controls.tsx';
import { SeekBar } from './seek-bar.tsx';
import { Side } from './side.tsx';
import { Stage } from './stage.tsx';
import { useCaptions, useSmallPictures } from './use-cues.ts';

export interface PlayerProps {
  readonly player: RecordingPlayer;
  readonly posts: readonly RecordedPost[];
  readonly address: RecordingAddress;
}

export function Player({ player, posts, address }: PlayerProps) {
  const model = useSyncExternalStore(player.store.subscribe, player.store.get);
  const { recording } = player;
  const frame = useRef<HTMLElement>(null);
  const [isDanmakuOn, setDanmakuOn] = useState(true);
  const [language, setLanguage] = useState('');
  const captions = useCaptions(address.base, recording, language);
  const smallPicture = useSmallPictures(address.base, recording, model.pictures[0] ?? model.chosen);
  const hasDanmaku = useMemo(() => posts.some(({ kind }) => kind === 'danmaku'), [posts]);
  const toggleCaptions = (): void => setLanguage(language === '' ? (recording.captions[0]?.lang ?? '') : '');
  usePlayKeys(player, {
    fullScreen: () => frame.current !== null && toggleFullScreen(frame.current),
    captions: toggleCaptions,
    danmaku: () => setDanmakuOn(!isDanmakuOn),
  });
  const isIdle = useIdle(model.isPlaying);
  return (
    <div className="recording-player grid gap-4 mx-auto">
      <section
        ref={frame}
        className="recording-frame relative flex min-w-0 rounded-m shadow text-plain"
        data-testid="recording-player"
        data-idle={isIdle ? '' : undefined}
        data-at={model.isWaiting ? 'waiting' : model.isPlaying ? 'playing' : 'paused'}
        data-ms={Math.round(model.ms)}
        data-pictures={model.pictures.join(' ')}
      >
        <Stage player={player} model={model} posts={isDanmakuOn ? posts : []} captions={captions} />
        <div className="recording-bar">
          <SeekBar player={player} model={model} smallPicture={smallPicture} />
          <Controls
            player={player}
            model={model}
            frame={frame}
            danmaku={hasDanmaku ? { isOn: isDanmakuOn, set: setDanmakuOn } : undefined}
            captions={{ language, set: setLanguage }}
          />
        </div>
      </section>
      <Side player={player} model={model} posts={posts} address={address} />
    </div>
  );
}

type OfPage = Readonly<Record<'fullScreen' | 'captions' | 'danmaku', () => void>>;

function usePlayKeys(player: RecordingPlayer, ofPage: OfPage): void {
  const latest = useRef(ofPage);
  useEffect(() => {
    latest.current = ofPage;
  });
  // A layout effect, so that a key pressed right after the first render counts.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const found = playKeyPressed(event);
      if (found === undefined) return;
      event.preventDefault();
      act(player, found, latest.current);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [player]);
}

function act(player: RecordingPlayer, key: PlayKey, ofPage: OfPage): void {
  const { speed, volume } = player.store.get();
  switch (key.do) {
    case 'toggle':
      player.toggle();
      break;
    case 'mute':
      player.toggleMuted();
      break;
    case 'skip':
      player.skip(key.ms);
      break;
    case 'louder':
      player.setVolume(volume + key.by);
      break;
    case 'faster':
      player.setSpeed(speedBeside(speed, key.by));
      break;
    case 'seek':
      player.seek(key.share * player.recording.durationMs);
      break;
    case 'nextChapter':
      toChapter(player, 1);
      break;
    case 'lastChapter':
      toChapter(player, -1);
      break;
    default:
      ofPage[key.do]();
      break;
  }
}

/** Within this time of a chapter's start, "previous" leads to the chapter before. */
const FRESH_MS = 3000;

function toChapter(player: RecordingPlayer, by: 1 | -1): void {
  const { chapters } = player.recording;
  const ms = player.nowMs();
  const at = chapterAt(chapters, by === 1 ? ms : ms - FRESH_MS);
  const chapter = chapters[by === 1 ? at + 1 : Math.max(0, at)];
  if (chapter !== undefined) player.seek(chapter.ms);
}
