import {
  Captions,
  CaptionsOff,
  Keyboard,
  MessageSquareOff,
  MessageSquareText,
  Pause,
  PictureInPicture2,
  Play,
  RotateCcw,
  Settings2,
} from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { clockText } from '../../core/clock.ts';
import { useKeyboard } from '../../ui/hooks.ts';
import { IconButton } from '../../ui/parts.tsx';
import { FullScreenButton, Volume } from '../../ui/player-buttons.tsx';
import type { Chapter } from '../core/model.ts';
import { type Quality, speedsWith } from '../core/qualities.ts';
import type { Speaker } from '../core/speakers.ts';
import type { DanmakuSwitch } from './chat.tsx';
import { SeekBar } from './seek-bar.tsx';
import type { CaptionTrack } from './use-captions.ts';
import type { Controls } from './use-controls.ts';
import type { MediaState } from './use-media.ts';
import type { ThumbnailAt } from './use-playback.ts';
import { usePlayerWords } from './use-player-words.ts';
import type { SmallPicture } from './use-small-picture.ts';

export interface QualityMenu {
  qualities: readonly Quality[];
  /** Chosen quality; undefined for the automatic choice by bandwidth. */
  chosen: Quality | undefined;
  now: string;
  choose(quality: Quality | undefined): void;
}

export interface CaptionMenu {
  tracks: readonly CaptionTrack[];
  language: string;
  choose(language: string): void;
  toggle(): void;
}

interface PlayerBarProps {
  frame: RefObject<HTMLElement | null>;
  mediaState: MediaState;
  chapters: readonly Chapter[];
  thumbnailAt: ThumbnailAt;
  controls: Controls;
  quality: QualityMenu;
  captions: CaptionMenu;
  danmaku: DanmakuSwitch | undefined;
  /** Undefined where the browser has none. */
  small: SmallPicture | undefined;
  speaker: Speaker | undefined;
  /** Shows the list of keys. */
  onKeys(): void;
}

export function PlayerBar(props: PlayerBarProps) {
  const { frame, mediaState, chapters, thumbnailAt, controls, quality, captions, speaker } = props;
  const { say } = usePlayerWords();
  const PlayIcon = mediaState.hasEnded ? RotateCcw : mediaState.isPlaying ? Pause : Play;
  return (
    <div className="player-bar absolute pointer-none">
      <SeekBar {...{ mediaState, chapters, thumbnailAt, speaker }} onSeek={controls.seek} />
      <div className="player-buttons in-row gap-2px min-h-44">
        <IconButton
          label={say(mediaState.isPlaying ? 'play.pause' : 'play.play')}
          shortcut="k"
          className="bare"
          data-testid="play"
          onClick={controls.toggle}
        >
          <PlayIcon size={22} fill={mediaState.hasEnded ? 'none' : 'currentColor'} />
        </IconButton>
        <Volume
          volume={mediaState.volume}
          isMuted={mediaState.isMuted}
          labels={{ mute: say('play.mute'), unmute: say('play.unmute'), volume: say('play.volume') }}
          onMuted={controls.toggleMuted}
          onVolume={controls.setVolume}
        />
        <span className="player-clock text-s tabular one-line">
          <b>{clockText(mediaState.ms)}</b> / {clockText(mediaState.durationMs)}
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
          <SpeedChoice speed={mediaState.speed} onChoose={controls.setSpeed} />
          <Switches {...props} />
        </Choices>
        <FullScreenButton label={say('play.fullScreen')} frame={frame} />
      </div>
    </div>
  );
}

function Switches({ danmaku, small, onKeys }: Pick<PlayerBarProps, 'danmaku' | 'small' | 'onKeys'>) {
  const { say } = usePlayerWords();
  const hasKeyboard = useKeyboard();
  const DanmakuIcon = danmaku?.isOn === false ? MessageSquareOff : MessageSquareText;
  return (
    <>
      {danmaku === undefined ? null : (
        <Switch label={say('chat.danmaku')} shortcut="d" isOn={danmaku.isOn} onPress={() => danmaku.set(!danmaku.isOn)}>
          <DanmakuIcon size={20} aria-hidden="true" />
        </Switch>
      )}
      {small === undefined ? null : (
        <Switch label={say('play.small')} shortcut="i" isOn={small.isOn} onPress={small.toggle}>
          <PictureInPicture2 size={20} aria-hidden="true" />
        </Switch>
      )}
      {hasKeyboard ? (
        <Switch label={say('keys')} shortcut="?" onPress={onKeys}>
          <Keyboard size={20} aria-hidden="true" />
        </Switch>
      ) : null}
    </>
  );
}

interface SwitchProps {
  label: string;
  shortcut: string;
  isOn?: boolean;
  onPress(): void;
  children: ReactNode;
}

/** A button with its name beside it where the choices are a list. */
const Switch = ({ label, shortcut, isOn, onPress, children }: SwitchProps) => (
  <button
    type="button"
    className={`icon-button bare player-choice ${isOn === true ? 'active' : ''}`}
    title={label}
    aria-pressed={isOn}
    aria-keyshortcuts={shortcut}
    onClick={onPress}
  >
    {children}
    <span>{label}</span>
  </button>
);

/** Shows the choices in a row where they fit, else behind a button. */
function Choices({ children }: { children: ReactNode }) {
  const { say } = usePlayerWords();
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
  const { say } = usePlayerWords();
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
  const { say } = usePlayerWords();
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
  const { say } = usePlayerWords();
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
