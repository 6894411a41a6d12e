import { Clock, Mic, MonitorUp, Volume2, WifiOff } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { BreakOutPlan } from '../core/break-outs.ts';
import { EXTEND_MIN, extendedEnd, minutesToEnd, rankOf } from '../core/hosting.ts';
import { explanationOf, type MeetingState, mainRoomOf } from '../core/meeting.ts';
import { type Interruption, interruptionOf, peopleShown, RESUMABLE_MS } from '../core/presentation.ts';
import type { MeetingActions } from './actions.ts';
import { Banner } from './banner.tsx';
import { BreakOutBanners } from './break-outs.tsx';
import { ChatPanel } from './chat-panel.tsx';
import { ControlBar } from './control-bar.tsx';
import { Dialogs } from './dialogs.tsx';
import { toggleMeetingFullScreen } from './full-screen.ts';
import { useElapsedSeconds, useNow, useShortcuts } from './hooks.ts';
import { useTranslate } from './language.tsx';
import { Sound } from './media.tsx';
import { PeoplePanel } from './people-panel.tsx';
import { SmallWindowView, useSmallWindow } from './picture-in-picture.tsx';
import { Reactions } from './reactions.tsx';
import { RecordingNotice, RecordingSign } from './recording.tsx';
import { StageView } from './stage.tsx';
import { StatsPanel, TileStats } from './stats-panel.tsx';
import { StreamingPanel } from './streaming-panel.tsx';
import { Toasts } from './toasts.tsx';
import { WherePanel } from './where-panel.tsx';

/** Loaded only in shows. */
const AudiencePanel = lazy(() => import('../show/audience-panel.tsx'));
/** Loaded only by hosts. */
const BreakOutsPanel = lazy(() => import('./break-outs-panel.tsx'));

/** Moves the focus without changing the address, whose fragment may hold the token. */
const skipToControls = (): void => document.getElementById('controls')?.focus();

interface MeetingProps {
  state: MeetingState;
  actions: MeetingActions;
  canShare: boolean;
}

export function Meeting(props: MeetingProps) {
  const { actions, canShare } = props;
  const state = { ...props.state, participants: peopleShown(props.state) };
  const { dispatch } = actions;
  const t = useTranslate();
  const small = useSmallWindow();
  const onRecord = (): void => actions.host({ do: 'record', on: state.hosting.recording.state === 'none' });
  useShortcuts(state.phase.name === 'meeting', {
    microphone: actions.toggleMicrophone,
    camera: actions.toggleCamera,
    share: () => {
      if (canShare) actions.toggleShare();
    },
    chat: () => dispatch({ type: 'panel', panel: 'chat' }),
    people: () => dispatch({ type: 'panel', panel: 'people' }),
    where: () => dispatch({ type: 'panel', panel: 'where' }),
    stats: () => dispatch({ type: 'panel', panel: 'stats' }),
    view: () => dispatch({ type: 'view', view: state.view === 'grid' ? 'speaker' : 'grid' }),
    fullScreen: toggleMeetingFullScreen,
    devices: () => dispatch({ type: 'dialog', dialog: 'devices' }),
    help: () => dispatch({ type: 'dialog', dialog: 'help' }),
    escape: () => dispatch({ type: 'closed' }),
  });
  return (
    <Reactions value={state.reactions}>
      <div className="meeting" data-testid="meeting">
        <button type="button" className="skip-link" onClick={skipToControls}>
          {t('control.skip')}
        </button>
        <main className="body">
          <TileStats value={state.stats}>
            <StageView state={state} actions={actions} />
          </TileStats>
          <OpenPanel state={state} actions={actions} />
          <div className="over-stage absolute grid gap-2 pointer-none">
            <Banners state={state} actions={actions} />
            <Toasts
              toasts={state.toasts}
              actions={actions}
              onDismiss={(id) => dispatch({ type: 'toastDismissed', id })}
            />
          </div>
        </main>
        <ControlBar state={state} actions={actions} canShare={canShare} onRecord={onRecord} />
        <Dialogs state={state} actions={actions} canShare={canShare} small={small} onRecord={onRecord} />
        {small.window === undefined ? null : <SmallWindowView small={small.window} state={state} actions={actions} />}
        {state.participants.flatMap((one) => one.sounds.map((sound) => <Sound key={sound.id} source={sound} />))}
      </div>
    </Reactions>
  );
}

function OpenPanel({ state, actions }: { state: MeetingState; actions: MeetingActions }) {
  const close = (): void => actions.dispatch({ type: 'closed' });
  const [plan, setPlan] = useState<BreakOutPlan>();
  if (state.panel === 'breakOuts')
    return (
      <Suspense fallback={null}>
        <BreakOutsPanel state={state} plan={plan} onPlan={setPlan} actions={actions} onClose={close} />
      </Suspense>
    );
  if (state.panel === 'chat')
    return (
      <ChatPanel
        lines={state.chat}
        to={state.chatTo}
        participants={state.participants}
        actions={actions}
        onClose={close}
      />
    );
  if (state.panel === 'audience')
    return (
      <Suspense fallback={null}>
        <AudiencePanel
          desk={actions.show}
          links={state.showLinks ?? []}
          onCopyLink={actions.copyShowLink}
          onClose={close}
        />
      </Suspense>
    );
  if (state.panel === 'people')
    return (
      <PeoplePanel
        participants={state.participants}
        hosting={state.hosting}
        counts={state.viewers}
        devToken={state.devToken}
        mayRename={state.mayRename}
        gateways={state.gateways}
        canInvite={state.invite !== undefined}
        actions={actions}
        onClose={close}
      />
    );
  if (state.panel === 'streaming')
    return (
      <StreamingPanel
        addresses={state.addresses}
        live={state.liveStreams}
        participants={state.participants}
        actions={actions}
        onClose={close}
      />
    );
  if (state.panel === 'stats') return <StatsPanel state={state} actions={actions} onClose={close} />;
  if (state.panel === 'where') {
    return (
      <WherePanel
        placement={state.placement}
        explanation={explanationOf(state)}
        rttMs={state.rttMs}
        participants={state.participants}
        onExplain={actions.retryExplanation}
        onClose={close}
      />
    );
  }
  return null;
}

/** Lasting states: shown at the top until they end, without moving the page. */
function Banners({ state, actions }: { state: MeetingState; actions: MeetingActions }) {
  const t = useTranslate();
  const trouble = interruptionOf(state);
  return (
    <div className="banners relative grid justify-items-center gap-2 pointer-none">
      <RecordingSign
        recording={state.hosting.recording}
        isHost={rankOf(state.participants.find(({ local }) => local)) !== 'none'}
      />
      {trouble === undefined ? null : <InterruptionBanner trouble={trouble} />}
      {state.audioBlocked ? (
        <Banner tone="info" icon={<Volume2 size={18} />}>
          <span>{t('stage.audioBlocked')}</span>
          <button type="button" className="button small primary" onClick={actions.startAudio}>
            {t('stage.audioStart')}
          </button>
        </Banner>
      ) : null}
      {state.unmuteAsked === undefined ? null : (
        <UnmuteRequest asked={state.unmuteAsked} onAnswer={actions.answerUnmute} />
      )}
      <BreakOutBanners state={state} actions={actions} />
      <RecordingNotice recording={state.hosting.recording} onLeave={actions.leave} />
      {mainRoomOf(state).hosting.endsAtMs > 0 ? <EndNear state={state} actions={actions} /> : null}
      {state.own.screen === 'on' ? (
        <Banner tone="info" icon={<MonitorUp size={18} />}>
          <span>{t('stage.sharingSelf')}</span>
          <button type="button" className="button small danger" onClick={actions.toggleShare}>
            {t('control.shareStop')}
          </button>
        </Banner>
      ) : null}
    </div>
  );
}

function EndNear({ state, actions }: { state: MeetingState; actions: MeetingActions }) {
  const t = useTranslate();
  useNow();
  const main = mainRoomOf(state);
  const { endsAtMs } = main.hosting;
  const [dismissedMs, setDismissedMs] = useState(0);
  const minutes = minutesToEnd(endsAtMs, Date.now());
  const mayExtend = rankOf(main.participants.find(({ local }) => local)) !== 'none';
  if (minutes === undefined || dismissedMs === endsAtMs || (minutes === 0 && !mayExtend)) return null;
  return (
    <Banner tone="info" icon={<Clock size={18} />}>
      <span data-testid="end-near">{minutes === 0 ? t('end.over') : t('end.near', { minutes })}</span>
      <span className="banner-buttons flex flex-none gap-2">
        {mayExtend ? (
          <button
            type="button"
            className="button small primary"
            data-testid="extend"
            onClick={() => actions.host({ do: 'extend', endsAtMs: extendedEnd(endsAtMs, Date.now()) })}
          >
            {t('end.extend', { minutes: EXTEND_MIN })}
          </button>
        ) : null}
        <button type="button" className="button small" onClick={() => setDismissedMs(endsAtMs)}>
          {t('toast.dismiss')}
        </button>
      </span>
    </Banner>
  );
}

/** A host's request to unmute; only the participant can unmute. */
function UnmuteRequest(props: { asked: NonNullable<MeetingState['unmuteAsked']>; onAnswer(agreed: boolean): void }) {
  const t = useTranslate();
  const { asked, onAnswer } = props;
  const key = asked.source === 'camera' ? 'host.askedCamera' : 'host.askedMicrophone';
  return (
    <Banner tone="info" icon={<Mic size={18} />}>
      <span>{t(key, { name: asked.by === '' ? t('people.host') : asked.by })}</span>
      <span className="banner-buttons flex flex-none gap-2">
        <button type="button" className="button small primary" data-testid="unmute-yes" onClick={() => onAnswer(true)}>
          {t(asked.source === 'camera' ? 'control.cameraOn' : 'control.microphoneOn')}
        </button>
        <button type="button" className="button small" onClick={() => onAnswer(false)}>
          {t('host.notNow')}
        </button>
      </span>
    </Banner>
  );
}

/** Signaling or media is interrupted. Screen readers skip the seconds and read the state only when it changes. */
function InterruptionBanner({ trouble }: { trouble: Interruption }) {
  const t = useTranslate();
  const seconds = useElapsedSeconds(trouble.sinceMs);
  const service = trouble.kind === 'service';
  const long = service && seconds * 1000 >= RESUMABLE_MS;
  return (
    <Banner tone="warning" icon={<WifiOff size={18} />} spinning>
      <strong data-testid={service ? 'connection-lost' : 'media-interrupted'}>
        {t(service ? 'reconnecting.title' : 'interrupted.title')}
        <span aria-hidden="true">{t('reconnecting.seconds', { seconds })}</span>
      </strong>
      <span>{t(long ? 'reconnecting.long' : 'reconnecting.text')}</span>
    </Banner>
  );
}
