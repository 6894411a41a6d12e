// The bar below the picture.
import {
  Captions,
  CaptionsOff,
  LayoutGrid,
  Maximize,
  MessageSquareOff,
  MessageSquareText,
  Minimize,
  Pause,
  Play,
  RotateCcw,
  RotateCw,
  ScanFace,
  Volume1,
  Volume2,
  VolumeX,
} from 'lucide-react';
import type { RefObject } from 'react';
import { canFullScreen, toggleFullScreen, useFullScreen } from '../../ui/full-screen.ts';
import { IconButton } from '../../ui/parts.tsx';
import { speeds } from '../core/keys.ts';
import { clockText, type View, viewsOf } from '../core/timeline.ts';
import type { PlayerModel, RecordingPlayer } from '../player.ts';
import { useWords } from '../text.ts';

const SKIP_MS = 10_000;

export interface ControlsProps {
  readonly player: RecordingPlayer;
  readonly model: PlayerModel;
  readonly frame: RefObject<HTMLElement | null>;
  /** Undefined: there are none. */
  readonly danmaku: { readonly isOn: boolean; set(isOn: boolean): void } | undefined;
  readonly captions: { readonly language: string; set(language: string): void };
}

export function Controls({ player, model, frame, danmaku, captions }: ControlsProps) {
  const { say } = useWords();
  const isFull = useFullScreen();
  return (
    <div className="recording-controls in-row gap-2px min-h-44">
      <IconButton
        label={say(model.isPlaying ? 'pause' : 'play')}
        shortcut="k"
        className="bare main"
        onClick={player.toggle}
      >
        {model.isPlaying ? <Pause size={24} fill="currentColor" /> : <Play size={24} fill="currentColor" />}
      </IconButton>
      <IconButton label={say('back')} shortcut="j" className="bare wide-only" onClick={() => player.skip(-SKIP_MS)}>
        <RotateCcw size={20} />
      </IconButton>
      <IconButton label={say('forward')} shortcut="l" className="bare wide-only" onClick={() => player.skip(SKIP_MS)}>
        <RotateCw size={20} />
      </IconButton>
      <Volume player={player} model={model} />
      <span className="recording-clock text-soft text-s tabular one-line">
        <b>{clockText(model.ms)}</b> / {clockText(player.recording.durationMs)}
      </span>
      <span className="flex-1" />
      <Views player={player} model={model} />
      {danmaku === undefined ? null : (
        <IconButton
          label={say('danmaku')}
          shortcut="d"
          className={`bare ${danmaku.isOn ? 'active' : ''}`}
          aria-pressed={danmaku.isOn}
          onClick={() => danmaku.set(!danmaku.isOn)}
        >
          {danmaku.isOn ? <MessageSquareText size={20} /> : <MessageSquareOff size={20} />}
        </IconButton>
      )}
      <CaptionsChoice player={player} captions={captions} />
      <label className="recording-speed">
        <span className="visually-hidden">{say('speed')}</span>
        <select className="select" value={model.speed} onChange={({ target }) => player.setSpeed(Number(target.value))}>
          {speeds.map((speed) => (
            <option key={speed} value={speed}>
              {speed}×
            </option>
          ))}
        </select>
      </label>
      {canFullScreen() ? (
        <IconButton
          label={say('fullScreen')}
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
  );
}

function Volume({ player, model }: { player: RecordingPlayer; model: PlayerModel }) {
  const { say } = useWords();
  const volume = model.isMuted ? 0 : model.volume;
  const Icon = volume === 0 ? VolumeX : volume < 0.5 ? Volume1 : Volume2;
  return (
    <span className="recording-volume inline-flex items-center">
      <IconButton
        label={say(model.isMuted ? 'unmute' : 'mute')}
        shortcut="m"
        className="bare"
        aria-pressed={model.isMuted}
        onClick={player.toggleMuted}
      >
        <Icon size={20} />
      </IconButton>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={volume}
        aria-label={say('volume')}
        onChange={({ target }) => player.setVolume(Number(target.value))}
      />
    </span>
  );
}

const viewIcons: Readonly<Record<View, typeof LayoutGrid>> = { composed: LayoutGrid, people: ScanFace };

/** The other view, where there are two. */
function Views({ player, model }: { player: RecordingPlayer; model: PlayerModel }) {
  const { say } = useWords();
  const other = viewsOf(player.recording).find((view) => view !== model.view);
  if (other === undefined) return null;
  const Icon = viewIcons[other];
  return (
    <IconButton label={say(`view.${other}`)} className="bare" onClick={() => player.setView(other)}>
      <Icon size={20} />
    </IconButton>
  );
}

function CaptionsChoice({ player, captions }: Pick<ControlsProps, 'player' | 'captions'>) {
  const { say, locale } = useWords();
  const languages = player.recording.captions.map(({ lang }) => lang);
  const [first] = languages;
  if (first === undefined) return null;
  if (languages.length === 1)
    return (
      <IconButton
        label={say('captions')}
        shortcut="c"
        className={`bare ${captions.language === '' ? '' : 'active'}`}
        aria-pressed={captions.language !== ''}
        onClick={() => captions.set(captions.language === '' ? first : '')}
      >
        {captions.language === '' ? <CaptionsOff size={20} /> : <Captions size={20} />}
      </IconButton>
    );
  const names = new Intl.DisplayNames(locale, { type: 'language' });
  return (
    <label className="recording-speed captions">
      <span className="visually-hidden">{say('captions')}</span>
      <select className="select" value={captions.language} onChange={({ target }) => captions.set(target.value)}>
        <option value="">{say('captionsOff')}</option>
        {languages.map((language) => (
          <option key={language} value={language}>
            {names.of(language)}
          </option>
        ))}
      </select>
    </label>
  );
}
