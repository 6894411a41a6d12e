import {
  Captions,
  CaptionsOff,
  LayoutGrid,
  MessageSquareOff,
  MessageSquareText,
  Pause,
  Play,
  RotateCcw,
  RotateCw,
  ScanFace,
} from 'lucide-react';
import type { RefObject } from 'react';
import { clockText } from '../../core/clock.ts';
import { IconButton } from '../../ui/parts.tsx';
import { FullScreenButton, Volume } from '../../ui/player-buttons.tsx';
import { speeds } from '../core/keys.ts';
import { type View, viewsOf } from '../core/timeline.ts';
import type { PlayerModel, RecordingPlayer } from '../player.ts';
import { useWords } from '../text.ts';

const SKIP_MS = 10_000;

export interface ControlsProps {
  readonly player: RecordingPlayer;
  readonly model: PlayerModel;
  readonly frame: RefObject<HTMLElement | null>;
  readonly danmaku: { readonly isOn: boolean; set(isOn: boolean): void } | undefined;
  readonly captions: { readonly language: string; set(language: string): void };
}

export function Controls({ player, model, frame, danmaku, captions }: ControlsProps) {
  const { say } = useWords();
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
      <Volume
        volume={model.volume}
        isMuted={model.isMuted}
        labels={{ mute: say('mute'), unmute: say('unmute'), volume: say('volume') }}
        onMuted={player.toggleMuted}
        onVolume={player.setVolume}
      />
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
      <FullScreenButton label={say('fullScreen')} frame={frame} />
    </div>
  );
}

const viewIcons: Readonly<Record<View, typeof LayoutGrid>> = { composed: LayoutGrid, people: ScanFace };

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
