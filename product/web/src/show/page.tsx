// A show's page for the crowd: the picture with danmaku, and chat, questions and polls beside it.
import { Hand, Radio, Users } from 'lucide-react';
import { useState, useSyncExternalStore } from 'react';
import type { MeetingState } from '../core/meeting.ts';
import type { MeetingActions } from '../ui/actions.ts';
import { RecordingNotice, RecordingSign } from '../ui/recording.tsx';
import { Toasts } from '../ui/toasts.tsx';
import '../play/play.css';
import '../styles/danmaku.css';
import { audienceOf, countText, type ShowModel, type StagePerson } from './core/model.ts';
import { type ShowWay, showWayOf, type WayChoice, wayChoiceOf } from './core/ways.ts';
import './show.css';
import { storeChoice, storedChoice } from './stored-choice.ts';
import { useShowWords } from './text.ts';
import { Invited, type InvitedPreview } from './ui/invited.tsx';
import { Likes } from './ui/likes.tsx';
import { type DanmakuStyle, Screen, type ScreenPlayer } from './ui/screen.tsx';
import { Talk, type TalkActions } from './ui/talk.tsx';

/** The viewer's part of `ShowRoom`. */
export interface ShowActions extends TalkActions {
  readonly store: { get(): ShowModel; subscribe(listener: () => void): () => void };
  like(): void;
  raiseHand(isUp: boolean): Promise<void>;
  answerStage(isAgreed: boolean): void;
}

export interface ShowPageProps {
  readonly state: MeetingState;
  readonly actions: Pick<MeetingActions, 'dispatch' | 'host' | 'leave'>;
  readonly desk: ShowActions;
  readonly player: ScreenPlayer;
  readonly preview: InvitedPreview;
  readonly title: string;
  /** Way to play, if only one is allowed. */
  readonly only?: ShowWay | undefined;
  onStage: Parameters<typeof Invited>[0]['onJoin'];
}

export function ShowPage({ state, actions, desk, player, preview, title, onStage, only }: ShowPageProps) {
  const model = useSyncExternalStore(desk.store.subscribe, desk.store.get);
  const [danmakuStyle, setDanmakuStyle] = useState<DanmakuStyle>(storedLook);
  const [choice, setChoice] = useState<WayChoice>(() => wayChoiceOf(storedChoice('way')) ?? 'auto');
  const changeLook = (next: DanmakuStyle): void => {
    setDanmakuStyle(next);
    storeChoice('danmaku', `${next.isOn ? 1 : 0} ${next.opacity}`);
  };
  const choose = (next: WayChoice): void => {
    setChoice(next);
    storeChoice('way', next);
  };
  return (
    <div className="show" data-testid="show">
      <main className="show-main flex justify-center gap-3 min-w-0">
        <Screen
          player={player}
          posts={model.posts}
          danmakuStyle={danmakuStyle}
          onLook={changeLook}
          choice={choice}
          only={only ?? showWayOf(new URLSearchParams(location.search).get('way'))}
          onChoice={choose}
        />
        <RecordingNotice recording={state.hosting.recording} onLeave={actions.leave} />
        <Head title={title} model={model} desk={desk} recording={state.hosting.recording} onLeave={actions.leave} />
      </main>
      <Talk model={model} desk={desk} pictureWallMs={() => player.pictureWallMs()} />
      <Toasts
        toasts={state.toasts}
        actions={actions}
        onDismiss={(id) => actions.dispatch({ type: 'toastDismissed', id })}
      />
      {model.invitedBy === undefined ? null : (
        <Invited
          hostName={model.invitedBy}
          isGoing={model.isGoing}
          preview={preview}
          onJoin={onStage}
          onDecline={() => desk.answerStage(false)}
        />
      )}
    </div>
  );
}

function storedLook(): DanmakuStyle {
  const [isOn = '1', opacity = ''] = (storedChoice('danmaku') ?? '').split(' ');
  const shown = Number(opacity);
  return { isOn: isOn !== '0', opacity: shown >= 20 && shown <= 100 ? shown : 90 };
}

interface HeadProps {
  readonly title: string;
  readonly model: ShowModel;
  readonly desk: ShowActions;
  readonly recording: MeetingState['hosting']['recording'];
  onLeave(): void;
}

function Head({ title, model, desk, recording, onLeave }: HeadProps) {
  const { say, locale } = useShowWords();
  const count = audienceOf(model.viewers);
  const watching = count === 1 ? say('live.viewer') : say('live.viewers', { count: countText(count, locale) });
  return (
    <header className="show-head flex flex-none justify-between gap-3 w-full mx-auto">
      <div className="show-title grid min-w-0">
        <h1 className="ellipsis">{title}</h1>
        <p className="show-live in-row flex-wrap text-soft text-s">
          {model.stage.length === 0 ? null : (
            <span className="show-sign">
              <Radio size={14} aria-hidden="true" />
              {say('live.sign')}
            </span>
          )}
          <span data-testid="show-viewers">
            <Users size={14} aria-hidden="true" />
            {watching}
          </span>
          <RecordingSign recording={recording} />
        </p>
        <p className="faint small ellipsis" data-testid="show-stage">
          {stageText(model.stage, say)}
        </p>
      </div>
      <div className="show-buttons">
        <Likes likes={model.likes} onLike={() => desk.like()} />
        <button
          type="button"
          className={model.isHandUp ? 'button small primary' : 'button small'}
          aria-pressed={model.isHandUp}
          data-testid="raise-hand"
          onClick={() => void desk.raiseHand(!model.isHandUp)}
        >
          <Hand size={18} aria-hidden="true" />
          {say(model.isHandUp ? 'hand.lower' : 'hand.raise')}
        </button>
        <button type="button" className="button small quiet" data-testid="leave" onClick={onLeave}>
          {say('live.leave')}
        </button>
      </div>
    </header>
  );
}

const NAMES_MAX = 3;

function stageText(stage: readonly StagePerson[], say: ReturnType<typeof useShowWords>['say']): string {
  if (stage.length === 0) return say('live.stageEmpty');
  const names = stage
    .slice(0, NAMES_MAX)
    .map(({ name }) => name)
    .join(say('live.comma'));
  const more = stage.length - NAMES_MAX;
  return say('live.stage', { names }) + (more > 0 ? say('live.more', { count: more }) : '');
}
