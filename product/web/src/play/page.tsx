import { AudioLines, LoaderCircle, Maximize, Play, TvMinimal, Volume2, VolumeX } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { isPlaying, type PlayProtocol, playProtocolOf } from '../core/play.ts';
import { fieldErrorOf, type PageQuery, textOf } from '../core/query.ts';
import { FailureNotice } from '../ui/failure.tsx';
import { useTranslate } from '../ui/language.tsx';
import { Brand, IconButton, LanguageSwitch } from '../ui/parts.tsx';
import { Player, type PlayerModel } from './player.ts';
import './play.css';

/** Display names, the same in every language. */
const protocolNames: Readonly<Record<PlayProtocol, string>> = {
  webrtc: 'WebRTC',
  flv: 'FLV',
  hls: 'HLS',
  mpeg1: 'MPEG-1',
};

/** The player page of a room; `room` as written in the URL. */
export function PlayPage({ room, query }: { room: string; query: PageQuery }) {
  const name = textOf(room);
  useEffect(() => {
    document.title = room === '' ? 'Meridian' : `${room} · Meridian`;
  }, [room]);
  return (
    <div className="play">
      <header className="page-head">
        <Brand />
        <LanguageSwitch />
      </header>
      <main className="play-main grid gap-3 mx-auto">
        {name === '' ? (
          <RoomForm initial={room} />
        ) : (
          <>
            <h1 className="ellipsis">{room}</h1>
            <Screen room={name} query={query} />
          </>
        )}
      </main>
    </div>
  );
}

/** Asks for the room when the URL names none. */
function RoomForm({ initial }: { initial: string }) {
  const t = useTranslate();
  const [room, setRoom] = useState(initial);
  const [tried, setTried] = useState(false);
  const error = fieldErrorOf(room, 'lobby.roomMissing', tried);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (textOf(room) !== '')
      location.assign(`/play/${encodeURIComponent(textOf(room))}${location.search}${location.hash}`);
  };
  return (
    <form className="play-form grid gap-4" onSubmit={submit} noValidate>
      <h1>{t('play.which')}</h1>
      <div className="field">
        <label className="field-label" htmlFor="play-room">
          {t('lobby.room')}
        </label>
        <input
          id="play-room"
          className="input"
          value={room}
          autoComplete="off"
          aria-invalid={error !== undefined}
          aria-describedby="play-room-help"
          onChange={({ target }) => setRoom(target.value)}
        />
        <span id="play-room-help" className="field-error" role="alert">
          {error === undefined ? null : t(error)}
        </span>
      </div>
      <button type="submit" className="button primary">
        {t('play.start')}
      </button>
      <a href={`/?${new URLSearchParams({ room: textOf(room) })}`}>{t('play.meeting')}</a>
    </form>
  );
}

function Screen({ room, query }: { room: string; query: PageQuery }) {
  const t = useTranslate();
  const [player] = useState(
    () =>
      new Player({ room, token: query.token, key: query.key, fromCity: query.fromCity, viewerName: t('play.viewer') }),
  );
  const [forced, setForced] = useState(() => playProtocolOf(new URLSearchParams(location.search).get('way')));
  const model = useSyncExternalStore(player.store.subscribe, player.store.get);
  const frame = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const start = (protocol = forced): void => {
    if (box.current !== null) player.start(box.current, protocol);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a choice starts the player by itself
  useEffect(() => {
    start();
    return () => player.close();
  }, [player]);
  const choose = (protocol: PlayProtocol | undefined): void => {
    setForced(protocol);
    start(protocol);
  };
  const soundName = t(model.muted ? 'play.unmute' : 'play.mute');
  return (
    <>
      <div
        ref={frame}
        className="play-frame relative overflow-hidden"
        data-testid="play"
        data-at={model.at}
        data-protocol={model.protocol}
      >
        <div ref={box} className="video-box" />
        <Cover model={model} onAgain={() => start()} onPlay={() => player.setMuted(false)} />
        {model.muted && isPlaying(model.at) ? (
          <button
            type="button"
            className="button primary play-sound absolute one-line"
            onClick={() => player.setMuted(false)}
          >
            <VolumeX size={18} aria-hidden="true" />
            {t('play.tapForSound')}
          </button>
        ) : null}
      </div>
      <div className="play-bar in-row flex-wrap gap-3">
        <IconButton label={soundName} aria-pressed={!model.muted} onClick={() => player.setMuted(!model.muted)}>
          {model.muted ? <VolumeX size={20} /> : <Volume2 size={20} />}
        </IconButton>
        <Facts model={model} />
        <label className="play-choice">
          <span className="visually-hidden">{t('play.choose')}</span>
          <select
            className="select"
            value={forced ?? ''}
            onChange={({ target }) => choose(playProtocolOf(target.value))}
          >
            <option value="">{t('play.best')}</option>
            {model.protocols.map((protocol) => (
              <option key={protocol} value={protocol}>
                {protocolNames[protocol]}
              </option>
            ))}
          </select>
        </label>
        {document.fullscreenEnabled ? (
          <IconButton label={t('play.fullScreen')} tipEnd onClick={() => void toggleFullScreen(frame.current)}>
            <Maximize size={20} />
          </IconButton>
        ) : null}
      </div>
    </>
  );
}

/** Covers the picture's place while there is no picture. */
function Cover({ model, onAgain, onPlay }: { model: PlayerModel; onAgain(): void; onPlay(): void }) {
  const t = useTranslate();
  if (model.at === 'playing') return null;
  if (model.at === 'blocked')
    return (
      <div className="play-cover">
        <button type="button" className="button primary" onClick={onPlay}>
          <Play size={18} aria-hidden="true" />
          {t('play.start')}
        </button>
      </div>
    );
  if (model.at === 'failed')
    return (
      <div className="play-cover">
        <FailureNotice
          failure={model.failure ?? { code: '' }}
          thing="watch"
          form="cover"
          onAgain={onAgain}
          isRetriedByCaller
        />
      </div>
    );
  if (model.at === 'sound')
    return (
      <div className="play-cover" data-testid="play-sound">
        <AudioLines size={34} aria-hidden="true" />
        <strong>{t('play.soundAlone')}</strong>
        <p>{t('play.soundAloneText')}</p>
      </div>
    );
  const isEmpty = model.at === 'empty';
  return (
    <div className="play-cover" data-testid={isEmpty ? 'play-empty' : undefined}>
      {isEmpty ? (
        <TvMinimal size={34} aria-hidden="true" />
      ) : (
        <LoaderCircle size={34} className="spinner" aria-hidden="true" />
      )}
      <strong>{t(isEmpty ? 'play.empty' : 'play.connecting')}</strong>
      {isEmpty ? <p>{t('play.emptyText')}</p> : null}
    </div>
  );
}

function Facts({ model: { at, protocol, latencyMs } }: { model: PlayerModel }) {
  const t = useTranslate();
  return (
    <dl className="play-facts flex flex-1 gap-5">
      <div role="status">
        <dt>{protocol === undefined ? '–' : protocolNames[protocol]}</dt>
        <dd>{t(`play.at.${at}`)}</dd>
      </div>
      {latencyMs === undefined ? null : (
        <div>
          <dt>{t('play.latency', { ms: Math.round(latencyMs / 10) * 10 })}</dt>
          <dd>{t('play.delay')}</dd>
        </div>
      )}
    </dl>
  );
}

async function toggleFullScreen(frame: HTMLElement | null): Promise<void> {
  if (document.fullscreenElement === null) await frame?.requestFullscreen();
  else await document.exitFullscreen();
}
