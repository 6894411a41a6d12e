import { Link } from 'lucide-react';
import type { MeetingState } from '../core/meeting.ts';
import { placeName } from '../core/place-name.ts';
import type { MeetingActions } from './actions.ts';
import { useTranslate } from './language.tsx';
import { Attribution, IconButton } from './parts.tsx';

/** The room's name, the link to it, and in one line where one is connected: opens "Where am I?". */
export function RoomInfo({ state, actions }: { state: MeetingState; actions: MeetingActions }) {
  const t = useTranslate();
  const { placement } = state;
  const rtt = state.rttMs === undefined ? undefined : Math.round(state.rttMs);
  return (
    <div className="room-info">
      <div className="room-name">
        <strong className="ellipsis" title={state.room}>
          {state.room}
        </strong>
        <IconButton className="bare small" label={t('common.copy')} onClick={actions.copyLink}>
          <Link size={16} />
        </IconButton>
      </div>
      {placement === undefined ? null : (
        <div className="room-place">
          <button
            type="button"
            className="place-pill"
            aria-label={t('where.pill', { region: placeName(placement.region), rtt: rtt ?? '–' })}
            onClick={() => actions.dispatch({ type: 'panel', panel: 'where' })}
          >
            <span className="dot" />
            <span className="ellipsis">{placeName(placement.city === '' ? placement.region : placement.city)}</span>
            {rtt === undefined ? null : <span className="place-rtt">{t('where.milliseconds', { value: rtt })}</span>}
          </button>
          <Attribution />
        </div>
      )}
    </div>
  );
}
