// Break-out elements for everyone: the invitation, the current break-out with its remaining time, the way back,
// announcements.
import { DoorOpen, Megaphone } from 'lucide-react';
import { useEffect, useState } from 'react';
import { type BreakOutModel, breakOutOf, countdownText, endsFirstMs, openBreakOuts } from '../core/break-outs.ts';
import { rankOf } from '../core/hosting.ts';
import { type Announcement, type MeetingState, mainRoomOf, type ShownBreakOut } from '../core/meeting.ts';
import type { MeetingActions } from './actions.ts';
import { Banner } from './banner.tsx';
import { useNow } from './hooks.ts';
import { useTranslate } from './language.tsx';

interface BreakOutsProps {
  state: MeetingState;
  actions: MeetingActions;
}

export function BreakOutBanners({ state, actions }: BreakOutsProps) {
  const { announcement } = state;
  const { hosting, show } = mainRoomOf(state);
  return (
    <>
      {announcement === undefined ? null : (
        <AnnouncementBanner announcement={announcement} onDismiss={() => actions.dispatch({ type: 'announcement' })} />
      )}
      {show !== undefined || (hosting.breakOuts.length === 0 && state.inside === undefined) ? null : (
        <BreakOutBanner state={state} actions={actions} />
      )}
    </>
  );
}

/** Maximum delay of a timer: browsers fire a timer of more than 24 days at once. */
const RECHECK_MS = 3_600_000;

export function useOpenBreakOuts(list: readonly BreakOutModel[]): readonly BreakOutModel[] {
  const [checks, setChecks] = useState(0);
  const open = openBreakOuts(list, Date.now());
  const nextMs = endsFirstMs(open);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a timer may fire too early, and then looks again
  useEffect(() => {
    if (nextMs === 0) return undefined;
    const timer = setTimeout(() => setChecks(checks + 1), Math.min(nextMs - Date.now(), RECHECK_MS));
    return () => clearTimeout(timer);
  }, [nextMs, checks]);
  return open;
}

function AnnouncementBanner(props: { announcement: Announcement; onDismiss(): void }) {
  const t = useTranslate();
  const { by, text } = props.announcement;
  return (
    <Banner tone="info" icon={<Megaphone size={18} />}>
      <span data-testid="announcement">
        {by === '' ? t('breakOut.fromService') : t('breakOut.from', { name: by })} <strong>{text}</strong>
      </span>
      <button type="button" className="button small quiet" data-testid="announcement-dismiss" onClick={props.onDismiss}>
        {t('toast.dismiss')}
      </button>
    </Banner>
  );
}

function BreakOutBanner({ state, actions }: BreakOutsProps) {
  const t = useTranslate();
  const main = mainRoomOf(state);
  const self = main.participants.find(({ local }) => local);
  const open = useOpenBreakOuts(main.hosting.breakOuts);
  const leads = rankOf(self) !== 'none';
  const { inside, entering } = state;
  const enteringBreakOut = open.find(({ breakOutId }) => breakOutId === entering);
  if (enteringBreakOut !== undefined)
    return (
      <Banner tone="info" icon={<DoorOpen size={18} />} spinning>
        <span data-testid="break-out-entering">{t('breakOut.entering', { name: enteringBreakOut.name })}</span>
      </Banner>
    );
  if (inside !== undefined)
    return (
      <InBreakOut
        inside={inside}
        endsAtMs={open.find(({ breakOutId }) => breakOutId === inside.breakOutId)?.endsAtMs ?? 0}
        leads={leads}
        actions={actions}
      />
    );
  const own = breakOutOf(open, self?.identity ?? '');
  if (own !== undefined) return <InvitationBanner own={own} leads={leads} actions={actions} />;
  if (open.length === 0) return null;
  return leads ? (
    <Banner tone="info" icon={<DoorOpen size={18} />}>
      <span>{t('breakOut.areOpen')}</span>
      <ManageButton actions={actions} />
    </Banner>
  ) : (
    <div role="status">
      <span
        className="break-outs-sign in-row gap-2 bg-raised shadow text-soft text-s weight-600 rounded-full"
        data-testid="break-outs-open"
      >
        <DoorOpen size={14} aria-hidden="true" />
        {t('breakOut.areOpen')}
      </span>
    </div>
  );
}

function InBreakOut(props: { inside: ShownBreakOut; endsAtMs: number; leads: boolean; actions: MeetingActions }) {
  const t = useTranslate();
  const { inside, actions } = props;
  return (
    <Banner tone="info" icon={<DoorOpen size={18} />}>
      <strong data-testid="break-out-name">{inside.name}</strong>
      <EndsIn endsAtMs={props.endsAtMs} />
      <span className="banner-buttons flex flex-none gap-2">
        {props.leads ? <ManageButton actions={actions} /> : null}
        <button
          type="button"
          className="button small primary"
          data-testid="break-out-back"
          onClick={actions.leaveBreakOut}
        >
          {t('breakOut.back')}
        </button>
      </span>
    </Banner>
  );
}

function InvitationBanner({ own, leads, actions }: { own: BreakOutModel; leads: boolean; actions: MeetingActions }) {
  const t = useTranslate();
  return (
    <Banner tone="info" icon={<DoorOpen size={18} />}>
      <span data-testid="break-out-invited">{t('breakOut.invited', { name: own.name })}</span>
      <EndsIn endsAtMs={own.endsAtMs} />
      <span className="banner-buttons flex flex-none gap-2">
        {leads ? <ManageButton actions={actions} /> : null}
        <button
          type="button"
          className="button small primary"
          data-testid="break-out-join"
          onClick={() => actions.enterBreakOut(own.breakOutId)}
        >
          {t('breakOut.join')}
        </button>
      </span>
    </Banner>
  );
}

function ManageButton({ actions: { dispatch } }: Pick<BreakOutsProps, 'actions'>) {
  const t = useTranslate();
  return (
    <button
      type="button"
      className="button small quiet"
      data-testid="break-outs-manage"
      onClick={() => dispatch({ type: 'panel', panel: 'breakOuts' })}
    >
      {t('breakOut.manage')}
    </button>
  );
}

/** Hidden from screen readers, which would read out every second. */
export function EndsIn({ endsAtMs }: { endsAtMs: number }) {
  const t = useTranslate();
  useNow();
  if (endsAtMs === 0) return null;
  return (
    <span className="tabular one-line" aria-hidden="true" data-testid="break-out-ends">
      {t('breakOut.endsIn', { time: countdownText(endsAtMs, Date.now()) })}
    </span>
  );
}
