import { Copy } from 'lucide-react';
import { createContext, useContext } from 'react';
import { type CallStats, statsText, summaryRows, trackLines } from '../core/call-stats.ts';
import type { MeetingState } from '../core/meeting.ts';
import { languageNames } from '../core/messages/translate.ts';
import type { ParticipantModel, PlacementModel } from '../core/model.ts';
import { placeName } from '../core/place-name.ts';
import type { TileModel } from '../core/stage.ts';
import type { MeetingActions } from './actions.ts';
import { CheckLink } from './check-link.tsx';
import { useLanguage } from './language.tsx';
import { Panel } from './panel.tsx';

/** Last measurement, while the panel is open. */
export const TileStats = createContext<CallStats | undefined>(undefined);

interface StatsPanelProps {
  state: MeetingState;
  actions: MeetingActions;
  onClose(): void;
}

/** Statistics of the call; while the panel is open, each tile shows its own. */
export function StatsPanel({ state, actions, onClose }: StatsPanelProps) {
  const { t, language } = useLanguage();
  const { stats, participants, placement, room } = state;
  const { tag } = languageNames[language];
  const copy = async (known: CallStats): Promise<void> => {
    const browser = navigator.userAgent;
    if (!(await actions.copyText(statsText({ room, stats: known, participants, placement, browser })))) return;
    const nowMs = performance.now();
    actions.dispatch({ type: 'toast', tone: 'good', message: { key: 'toast.statsCopied' }, nowMs });
  };
  return (
    <Panel title={t('stats.title')} name="stats" onClose={onClose}>
      <p className="panel-sub text-faint text-s">{t(stats === undefined ? 'stats.measuring' : 'stats.lead')}</p>
      <div className="panel-scroll stats">
        {stats === undefined ? null : (
          <>
            <section>
              <h3>{t('stats.whole')}</h3>
              <dl className="facts" data-testid="stats-whole">
                {summaryRows(stats, { t, tag }).map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            </section>
            <section>
              <h3>{t('stats.tracks')}</h3>
              {participants
                .filter(({ sessionId }) => stats.tracks.some((track) => track.sessionId === sessionId))
                .map((one) => (
                  <PersonStats key={one.sessionId} person={one} stats={stats} placement={placement} />
                ))}
            </section>
          </>
        )}
      </div>
      <footer className="panel-foot">
        <button
          type="button"
          className="button quiet"
          disabled={stats === undefined}
          data-testid="stats-copy"
          onClick={() => stats !== undefined && void copy(stats)}
        >
          <Copy size={17} />
          {t('stats.copy')}
        </button>
        <CheckLink isAside />
      </footer>
    </Panel>
  );
}

function PersonStats(props: { person: ParticipantModel; stats: CallStats; placement: PlacementModel | undefined }) {
  const { t, language } = useLanguage();
  const { tag } = languageNames[language];
  const { person, stats, placement } = props;
  const relayed = !person.local && placement !== undefined && person.nodeId !== placement.nodeId;
  const places = relayed ? [person.region, placement.region].map((region) => placeName(region, language)) : [];
  return (
    <div className="stats-person text-s tabular" data-identity={person.identity}>
      <h4 className="ellipsis">
        {person.name}
        {person.local ? <span className="faint"> ({t('common.you')})</span> : null}
      </h4>
      {relayed ? <p className="faint">{t('stats.by', { route: places.join(' → ') })}</p> : null}
      {stats.tracks
        .filter(({ sessionId }) => sessionId === person.sessionId)
        .map((track) => (
          <div key={track.trackId} className="stats-track">
            <p>{t(`stats.source.${track.source}`)}</p>
            {trackLines(track, { t, tag }).map((line) => (
              <p key={line} className="faint">
                {line}
              </p>
            ))}
          </div>
        ))}
    </div>
  );
}

export function StatsOfTile({ tile }: { tile: TileModel }) {
  const { t, language } = useLanguage();
  const stats = useContext(TileStats);
  if (stats === undefined) return null;
  const { tag } = languageNames[language];
  const sources = tile.kind === 'camera' ? ['camera', 'microphone'] : ['screen_share', 'screen_share_audio'];
  const tracks = stats.tracks.filter(
    ({ sessionId, source }) => sessionId === tile.participant.sessionId && sources.includes(source),
  );
  return (
    <div className="tile-stats absolute overflow-hidden rounded-s tabular pointer-none" data-testid="tile-stats">
      {tracks.length === 0 ? <p>{t('stats.nothing')}</p> : null}
      {tracks.flatMap((track) =>
        trackLines(track, { t, tag }).map((line) => <p key={`${track.trackId} ${line}`}>{line}</p>),
      )}
    </div>
  );
}
