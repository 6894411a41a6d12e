import { Link, RadioTower, Users } from 'lucide-react';
import type { MeetingState } from '../core/meeting.ts';
import { languageNames } from '../core/messages/translate.ts';
import { placeName } from '../core/place-name.ts';
import { interruptionOf, roundTripShown } from '../core/presentation.ts';
import { audienceOf, countText } from '../show/core/model.ts';
import type { MeetingActions } from './actions.ts';
import { useLanguage } from './language.tsx';
import { IconButton } from './parts.tsx';

export function RoomInfo({ state, actions }: { state: MeetingState; actions: MeetingActions }) {
  const { t, language } = useLanguage();
  const { placement } = state;
  const name = state.inside?.name ?? state.room;
  const isInterrupted = interruptionOf(state) !== undefined;
  const rtt = roundTripShown(state);
  const region = placement === undefined ? '' : placeName(placement.region, language);
  return (
    <div className="room-info grid min-w-0">
      <div className="room-name in-row gap-2px min-w-0">
        <strong className="ellipsis" title={name}>
          {name}
        </strong>
        {state.invite === undefined ? null : (
          <IconButton className="bare small" label={t('common.copy')} onClick={actions.copyLink}>
            <Link size={16} />
          </IconButton>
        )}
        {state.gateways ? (
          <IconButton
            className="bare small"
            label={t('streaming.title')}
            aria-expanded={state.panel === 'streaming'}
            onClick={() => actions.dispatch({ type: 'panel', panel: 'streaming' })}
          >
            <RadioTower size={16} />
          </IconButton>
        ) : null}
      </div>
      <div className="flex min-w-0 gap-3">
        {placement === undefined ? null : (
          <button
            type="button"
            className="place-pill inline-flex items-center min-w-0 p-0 border-0 bg-none text-soft text-s"
            aria-label={rtt === undefined ? t('where.pillUnmeasured', { region }) : t('where.pill', { region, rtt })}
            onClick={() => actions.dispatch({ type: 'panel', panel: 'where' })}
          >
            <span className="dot flex-none" data-lost={isInterrupted ? '' : undefined} />
            <span className="ellipsis">
              {placeName(placement.city === '' ? placement.region : placement.city, language)}
            </span>
            {rtt === undefined ? null : (
              <span className="text-faint tabular one-line">{t('where.milliseconds', { value: rtt })}</span>
            )}
          </button>
        )}
        {state.show === 'stage' ? <Watching state={state} /> : null}
      </div>
    </div>
  );
}

/** Number of the show's viewers, for everyone on the stage. */
function Watching({ state }: { state: MeetingState }) {
  const { t, language } = useLanguage();
  return (
    <span className="watching in-row gap-4px flex-none text-soft text-s tabular" data-testid="bar-watching">
      <Users size={14} aria-hidden="true" />
      {t('show.viewers', { count: countText(audienceOf(state.viewers), languageNames[language].tag) })}
    </span>
  );
}
