// The bar on a video.
import {
  Captions,
  CaptionsOff,
  Maximize,
  Minimize,
  Pause,
  Play,
  RotateCcw,
  Settings2,
  Volume1,
  Volume2,
  VolumeX,
} from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { canFullScreen, toggleFullScreen, useFullScreen } from '../../ui/full-screen.ts';
import { IconButton } from '../../ui/parts.tsx';
import type { Chapter } from '../core/model.ts';
import { type Quality, speedsWith } from '../core/qualities.ts';
import { clockText } from '../core/words.ts';
import { SeekBar } from './seek-bar.tsx';
import type { CaptionTrack } from './use-captions.ts';
import type { Controls } from './use-controls.ts';
import type { MediaNow } from './use-media.ts';
import type { ThumbnailAt } from './use-playback.ts';
import { useWords } from './use-words.ts';

export interface QualityMenu {
  qualities: readonly Quality[];
  /** Undefined: as the line allows. */
  chosen: Quality | undefined;
  /** The name of that which plays. */
  now: string;
  choose(quality: Quality | undefined): void;
}

export interface CaptionMenu {
  tracks: readonly CaptionTrack[];
  /** '': none. */
  language: string;
  choose(language: string): void;
  toggle(): void;
}

interface PlayerBarProps {
  frame: RefObject<HTMLElement | null>;
  now: MediaNow;
  chapters: readonly Chapter[];
  thumbnailAt: ThumbnailAt;
  controls: Controls;
  quality: QualityMenu;
  captions: CaptionMenu;
}

export function PlayerBar({ frame, now, chapters, thumbnailAt, controls, quality, captions }: PlayerBarProps) {
  const { say } = useWords();
  const isFull = useFullScreen();
  const PlayIcon = now.hasEnded ? RotateCcw : now.isPlaying ? Pause : Play;
  return (
    <div className="player-bar absolute pointer-none">
      <SeekBar {...{ now, chapters, thumbnailAt }} onSeek={controls.seek} />
      <div className="player-buttons in-row gap-2px min-h-44">
        <IconButton
          label={say(now.isPlaying ? 'play.pause' : 'play.play')}
          shortcut="k"
          className="bare"
          data-testid="play"
          onClick={controls.toggle}
        >
          <PlayIcon size={22} fill={now.hasEnded ? 'none' : 'currentColor'} />
        </IconButton>
        <Volume {...{ now, controls }} />
        <span className="player-clock text-s tabular one-line">
          <b>{clockText(now.ms)}</b> / {clockText(now.durationMs)}
        </span>
        <span className="flex-1" />
        {captions.tracks.length === 0 ? null : (
          <IconButton
            label={say('play.captions')}
            shortcut="c"
            className={`bare ${captions.language === '' ? '' : 'active'}`}
            aria-pressed={captions.language !== ''}
            onClick={captions.toggle}
          >
            {captions.language === '' ? <CaptionsOff size={20} /> : <Captions size={20} />}
          </IconButton>
        )}
        <Choices>
          {captions.tracks.length < 2 ? null : <CaptionChoice {...captions} />}
          <QualityChoice {...quality} />
          <SpeedChoice speed={now.speed} onChoose={controls.setSpeed} />
        </Choices>
        {canFullScreen() ? (
          <IconButton
            label={say('play.fullScreen')}
            shortcut="f"
            tipEnd
            className="bare"
            aria-pressed={isFull}
            onClick={() => frame.current !== null && toggleFullScreen(frame.current)}
          >
            {isFull ? <Minimize size={20} /> : <Maximize size={20} />}
          </IconButton>
        ) : null}
      </div>
    </div>
  );
}

function Volume({ now, controls }: Pick<PlayerBarProps, 'now' | 'controls'>) {
  const { say } = useWords();
  const volume = now.isMuted ? 0 : now.volume;
  const Icon = volume === 0 ? VolumeX : volume < 0.5 ? Volume1 : Volume2;
  return (
    <span className="player-volume inline-flex items-center">
      <IconButton
        label={say(now.isMuted ? 'play.unmute' : 'play.mute')}
        shortcut="m"
        className="bare"
        aria-pressed={now.isMuted}
        onClick={controls.toggleMuted}
      >
        <Icon size={20} />
      </IconButton>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={volume}
        aria-label={say('play.volume')}
        onChange={({ target }) => controls.setVolume(Number(target.value))}
      />
    </span>
  );
}

/** In a row where there is room, else behind a button. */
function Choices({ children }: { children: ReactNode }) {
  const { say } = useWords();
  const [isOpen, setOpen] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    const outside = ({ target }: Event): void => {
      if (target instanceof Node && whole.current?.contains(target) === false) setOpen(false);
    };
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') setOpen(false);
    };
    addEventListener('pointerdown', outside);
    addEventListener('keydown', onKey);
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('keydown', onKey);
    };
  }, [isOpen]);
  return (
    <div ref={whole} className="player-choices relative flex">
      <IconButton
        label={say('play.settings')}
        tipEnd
        className="bare"
        aria-expanded={isOpen}
        data-testid="play-settings"
        onClick={() => setOpen(!isOpen)}
      >
        <Settings2 size={20} />
      </IconButton>
      <div className="player-choice-list flex gap-2px" data-open={isOpen ? '' : undefined}>
        {children}
      </div>
    </div>
  );
}

function CaptionChoice({ tracks, language, choose }: CaptionMenu) {
  const { say } = useWords();
  return (
    <label className="player-choice">
      <span>{say('play.captions')}</span>
      <select
        className="select"
        data-testid="captions"
        value={language}
        onChange={({ target }) => choose(target.value)}
      >
        <option value="">{say('play.captionsOff')}</option>
        {tracks.map((track) => (
          <option key={track.language} value={track.language}>
            {track.name}
          </option>
        ))}
      </select>
    </label>
  );
}

export function QualityChoice({ qualities, chosen, now, choose }: QualityMenu) {
  const { say } = useWords();
  if (qualities.length < 2) return null;
  const auto = now === '' || chosen !== undefined ? say('play.auto') : say('play.autoNow', { quality: now });
  return (
    <label className="player-choice">
      <span>{say('play.quality')}</span>
      <select
        className="select"
        data-testid="quality"
        value={chosen?.name ?? ''}
        onChange={({ target }) => choose(qualities.find(({ name }) => name === target.value))}
      >
        <option value="">{auto}</option>
        {qualities.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

export function SpeedChoice({ speed, onChoose }: { speed: number; onChoose(speed: number): void }) {
  const { say } = useWords();
  return (
    <label className="player-choice">
      <span>{say('play.speed')}</span>
      <select
        className="select"
        data-testid="speed"
        value={speed}
        onChange={({ target }) => onChoose(Number(target.value))}
      >
        {speedsWith(speed).map((one) => (
          <option key={one} value={one}>
            {one}×
          </option>
        ))}
      </select>
    </label>
  );
}
