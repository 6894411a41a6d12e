// Shows the picture of a show with danmaku, the way to play and its delay, and buttons.
import {
  AudioLines,
  LoaderCircle,
  Maximize,
  MessageSquareOff,
  MessageSquareText,
  Play,
  Settings2,
  TvMinimal,
  Volume2,
  VolumeX,
} from 'lucide-react';
import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { DanmakuLayer } from '../../ui/danmaku-layer.tsx';
import { FailureNotice } from '../../ui/failure.tsx';
import { IconButton, LanguageSwitch } from '../../ui/parts.tsx';
import type { ShowPost } from '../core/model.ts';
import { type ShowWay, type WayChoice, wayChoices } from '../core/ways.ts';
import type { ShowPlayerModel } from '../show-player.ts';
import { useShowWords } from '../text.ts';
import { Menu } from './menu.tsx';
import { useDanmaku } from './use-danmaku.ts';

export interface ScreenPlayer {
  readonly store: { get(): ShowPlayerModel; subscribe(listener: () => void): () => void };
  start(box: HTMLElement, choice: WayChoice, only?: ShowWay): void;
  setMuted(muted: boolean): void;
  pictureWallMs(): number | undefined;
  close(): void;
}

export interface DanmakuStyle {
  readonly isOn: boolean;
  /** Opacity in per cent. */
  readonly opacity: number;
}

interface ScreenProps {
  readonly player: ScreenPlayer;
  readonly posts: readonly ShowPost[];
  readonly danmakuStyle: DanmakuStyle;
  onLook(look: DanmakuStyle): void;
  readonly choice: WayChoice;
  readonly only: ShowWay | undefined;
  onChoice(choice: WayChoice): void;
}

export function Screen({ player, posts, danmakuStyle, onLook, choice, only, onChoice }: ScreenProps) {
  const { say } = useShowWords();
  const model = useSyncExternalStore(player.store.subscribe, player.store.get);
  const frame = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current !== null) player.start(box.current, choice, only);
    return () => player.close();
  }, [player, choice, only]);
  const danmaku = useDanmaku(posts, player, model.at === 'playing');
  const restart = (): void => {
    if (box.current !== null) player.start(box.current, choice, only);
  };
  return (
    <div
      ref={frame}
      className="play-frame relative overflow-hidden show-frame w-full mx-auto"
      data-testid="show-screen"
      data-at={model.at}
      data-way={model.way}
    >
      <div ref={box} className="video-box" />
      <div className="show-danmaku absolute pointer-none" style={{ opacity: danmakuStyle.opacity / 100 }}>
        <DanmakuLayer posts={danmaku.posts} nowMs={danmaku.nowMs} on={danmakuStyle.isOn} />
      </div>
      <Cover model={model} onAgain={restart} onPlay={() => player.setMuted(false)} />
      {model.muted && (model.at === 'playing' || model.at === 'sound') ? (
        <button type="button" className="button primary small show-sound" onClick={() => player.setMuted(false)}>
          <VolumeX size={16} aria-hidden="true" />
          {say('play.sound')}
        </button>
      ) : null}
      <WayNotice model={model} />
      <div className="show-controls in-row absolute gap-1">
        <IconButton
          className="bare"
          label={say(model.muted ? 'play.unmute' : 'play.mute')}
          aria-pressed={!model.muted}
          onClick={() => player.setMuted(!model.muted)}
        >
          {model.muted ? <VolumeX size={20} /> : <Volume2 size={20} />}
        </IconButton>
        <Facts model={model} />
        <DanmakuButtons danmakuStyle={danmakuStyle} onLook={onLook} />
        <WayMenu choice={choice} onChoice={onChoice} />
        <FullScreenButton frame={frame} />
      </div>
    </div>
  );
}

function FullScreenButton({ frame }: { frame: RefObject<HTMLDivElement | null> }) {
  const { say } = useShowWords();
  const toggle = async (): Promise<void> => {
    if (document.fullscreenElement === null) await frame.current?.requestFullscreen();
    else await document.exitFullscreen();
  };
  if (!document.fullscreenEnabled) return null;
  return (
    <IconButton className="bare" label={say('play.fullScreen')} tipEnd onClick={() => void toggle()}>
      <Maximize size={20} />
    </IconButton>
  );
}

/** Shows the current way to play, and its delay. */
function Facts({ model: { at, way, delayMs } }: { model: ShowPlayerModel }) {
  const { say, locale } = useShowWords();
  if (way === undefined || at !== 'playing') return <span className="show-facts flex-1 text-white text-s tabular" />;
  const name = say(`way.${way}`);
  const seconds = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format((delayMs ?? 0) / 1000);
  const text = delayMs === undefined ? say('play.nowShort', { way: name }) : say('play.now', { way: name, seconds });
  return (
    <span className="show-facts flex-1 text-white text-s tabular ellipsis" title={text}>
      {text}
    </span>
  );
}

/** Time for which the notice of another way to play is shown. */
const NOTICE_MS = 6000;

function WayNotice({ model: { at, way, left, isStalled } }: { model: ShowPlayerModel }) {
  const { say } = useShowWords();
  const [noticedWay, setNoticedWay] = useState<ShowWay>();
  const isNew = left !== undefined && at === 'playing' && noticedWay !== way;
  useEffect(() => {
    if (!isNew) return undefined;
    const timer = setTimeout(() => setNoticedWay(way), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [isNew, way]);
  const words = (): string | undefined => {
    if (isNew && way !== undefined)
      return left.why === 'stalls'
        ? say('play.changed', { way: say(`way.${way}`) })
        : say('play.changedFailed', { left: say(`way.${left.way}`), way: say(`way.${way}`) });
    return isStalled && at === 'playing' ? say('play.stalled') : undefined;
  };
  const text = words();
  return (
    <div role="status" className="show-status absolute flex justify-end pointer-none">
      {text === undefined ? null : <span data-testid="show-status">{text}</span>}
    </div>
  );
}

function DanmakuButtons({ danmakuStyle, onLook }: Pick<ScreenProps, 'danmakuStyle' | 'onLook'>) {
  const { say } = useShowWords();
  return (
    <>
      <IconButton
        className={danmakuStyle.isOn ? 'bare active' : 'bare'}
        label={say(danmakuStyle.isOn ? 'danmaku.off' : 'danmaku.on')}
        aria-pressed={danmakuStyle.isOn}
        data-testid="danmaku-toggle"
        onClick={() => onLook({ ...danmakuStyle, isOn: !danmakuStyle.isOn })}
      >
        {danmakuStyle.isOn ? <MessageSquareText size={20} /> : <MessageSquareOff size={20} />}
      </IconButton>
      {danmakuStyle.isOn ? (
        <label className="show-opacity flex">
          <span className="visually-hidden">{say('danmaku.opacity')}</span>
          <input
            type="range"
            min={20}
            max={100}
            step={10}
            value={danmakuStyle.opacity}
            title={say('danmaku.opacity')}
            onChange={({ target }) => onLook({ ...danmakuStyle, opacity: Number(target.value) })}
          />
        </label>
      ) : null}
    </>
  );
}

function WayMenu({ choice, onChoice }: Pick<ScreenProps, 'choice' | 'onChoice'>) {
  const { say } = useShowWords();
  return (
    <Menu label={say('way.menu')} icon={<Settings2 size={20} />} testid="way-menu">
      {(close) => (
        <fieldset className="show-ways grid m-0 p-0 border-0">
          <legend>{say('way.menu')}</legend>
          {wayChoices.map((one) => (
            <label key={one} data-testid={`way-${one}`}>
              <input
                type="radio"
                name="show-way"
                checked={one === choice}
                onChange={() => {
                  onChoice(one);
                  close();
                }}
              />
              <span>
                <strong>{say(`way.${one}`)}</strong>
                <span>{say(`way.${one}Text`)}</span>
              </span>
            </label>
          ))}
          <LanguageSwitch />
        </fieldset>
      )}
    </Menu>
  );
}

/** Covers the place of the picture while there is none, and says why. */
function Cover({ model, onAgain, onPlay }: { model: ShowPlayerModel; onAgain(): void; onPlay(): void }) {
  const { say } = useShowWords();
  switch (model.at) {
    case 'playing':
      return null;
    case 'blocked':
      return (
        <div className="play-cover">
          <button type="button" className="button primary" onClick={onPlay}>
            <Play size={18} aria-hidden="true" />
            {say('play.start')}
          </button>
        </div>
      );
    case 'failed':
      return (
        <div className="play-cover">
          <FailureNotice
            failure={model.failure ?? { code: '' }}
            thing="show"
            form="cover"
            onAgain={onAgain}
            isRetriedByCaller
          >
            <p>{say('play.failedText')}</p>
          </FailureNotice>
        </div>
      );
    case 'empty':
      return (
        <div className="play-cover" data-testid="show-empty">
          <TvMinimal size={34} aria-hidden="true" />
          <strong>{say('play.empty')}</strong>
          <p>{say('play.emptyText')}</p>
        </div>
      );
    case 'sound':
      return (
        <div className="play-cover" data-testid="show-sound">
          <AudioLines size={34} aria-hidden="true" />
          <strong>{say('play.soundAlone')}</strong>
          <p>{say('play.soundAloneText')}</p>
        </div>
      );
    case 'connecting':
      return (
        <div className="play-cover">
          <LoaderCircle size={34} className="spinner" aria-hidden="true" />
          <strong>{say('play.connecting')}</strong>
        </div>
      );
  }
}
