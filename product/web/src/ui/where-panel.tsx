import { Monitor, Server } from 'lucide-react';
import type { Translate } from '../core/messages/translate.ts';
import type { ExplanationModel, ParticipantModel, PlacementModel } from '../core/model.ts';
import { otherReasons } from '../core/options.ts';
import { placeName, regionAndNode } from '../core/place-name.ts';
import type { Language } from '../core/query.ts';
import { messageOfReason } from '../core/reasons.ts';
import { type RouteStop, routeOf } from '../core/route.ts';
import { FailureLines } from './failure.tsx';
import { useLanguage, useTranslate } from './language.tsx';
import { Panel } from './panel.tsx';
import { Attribution } from './parts.tsx';
import { PlacementOptions } from './placement-options.tsx';

interface WherePanelProps {
  placement: PlacementModel | undefined;
  explanation: ExplanationModel | undefined;
  rttMs: number | undefined;
  participants: readonly ParticipantModel[];
  onExplain(): void;
  onClose(): void;
}

/** The route of the call: the person, the person's node, the others' nodes; which centre decided it and why. */
export function WherePanel({ placement, explanation, rttMs, participants, onExplain, onClose }: WherePanelProps) {
  const t = useTranslate();
  return (
    <Panel title={t('where.title')} name="where" onClose={onClose}>
      <div className="panel-scroll where">
        {placement === undefined ? (
          <p className="faint">{t('where.none')}</p>
        ) : (
          <>
            <RouteDrawing placement={placement} rttMs={rttMs} stops={routeOf(placement, participants)} />
            <Reasons placement={placement} explanation={explanation} onExplain={onExplain} />
            <Facts placement={placement} />
          </>
        )}
      </div>
      <footer className="panel-foot">
        <Attribution />
      </footer>
    </Panel>
  );
}

function RouteDrawing(props: { placement: PlacementModel; rttMs: number | undefined; stops: readonly RouteStop[] }) {
  const { t, language } = useLanguage();
  const { placement, rttMs } = props;
  return (
    <section aria-label={t('where.route')}>
      <ol className="route">
        <li className="route-me">
          <span className="route-mark grid place-center bg-raised text-soft">
            <Monitor size={17} aria-hidden="true" />
          </span>
          <div>
            <h3>{t('where.location')}</h3>
            <p className="faint">{locationText(placement, language, t)}</p>
          </div>
        </li>
        <li className="route-leg items-center">
          <span className="leg-chip justify-self-start rounded-full text-accent text-xs weight-600 tabular">
            {rttMs === undefined ? t('where.measuring') : t('where.milliseconds', { value: Math.round(rttMs) })}
          </span>
        </li>
        {props.stops.map((stop) => (
          <Stop key={stop.nodeId} stop={stop} city={stop.via === 'here' ? placement.city : ''} />
        ))}
      </ol>
    </section>
  );
}

function Stop({ stop, city }: { stop: RouteStop; city: string }) {
  const { t, language } = useLanguage();
  const placeLabel = city === '' ? stop.region : city;
  return (
    <>
      {stop.via === 'relay' ? (
        <li className="route-leg items-center">
          <span className="leg-chip justify-self-start rounded-full text-accent text-xs weight-600 tabular quiet">
            {t('where.relay')}
          </span>
        </li>
      ) : null}
      <li className="route-stop" data-via={stop.via}>
        <span className="route-mark grid place-center bg-raised text-soft">
          <Server size={17} aria-hidden="true" />
        </span>
        <div>
          <h3>
            {placeName(placeLabel, language)}
            {stop.via === 'here' ? <span className="tag accent">{t('where.here')}</span> : null}
          </h3>
          <p className="mono faint">{regionAndNode({ ...stop, city: placeLabel, language })}</p>
          {stop.people.length === 0 ? null : (
            <p className="route-people text-soft text-s">
              {stop.people
                .map((one) => (one.local ? `${one.name} (${t('common.you')})` : one.name))
                .join(t('where.listSeparator'))}
            </p>
          )}
        </div>
      </li>
    </>
  );
}

type ReasonsProps = Pick<WherePanelProps, 'explanation' | 'onExplain'> & { placement: PlacementModel };

function Reasons({ placement, explanation, onExplain }: ReasonsProps) {
  const t = useTranslate();
  const reasons = otherReasons(placement, explanation);
  return (
    <section>
      <h3>{t('where.why')}</h3>
      {reasons.length === 0 ? null : (
        <ul className="reasons grid gap-6px">
          {reasons.map((reason) => (
            <li key={reason}>
              <span className="reason-dot" aria-hidden="true" />
              <span>{reasonText(reason, t)}</span>
            </li>
          ))}
        </ul>
      )}
      {placement.decisionId === '' ? null : <Explanation explanation={explanation} onExplain={onExplain} />}
    </section>
  );
}

/** The compared nodes; before that, the pending request or its failure. */
function Explanation({ explanation, onExplain }: Pick<WherePanelProps, 'explanation' | 'onExplain'>) {
  const t = useTranslate();
  if (explanation?.state === 'failed') {
    return (
      <div className="unexplained grid gap-6px text-s" role="status" data-testid="explanation-failed">
        <p>{t('where.unexplained')}</p>
        <FailureLines code={explanation.code} />
        {explanation.code === 'DECISION_UNKNOWN' ? null : (
          <button type="button" className="button small" onClick={onExplain}>
            {t('where.askAgain')}
          </button>
        )}
      </div>
    );
  }
  if (explanation?.state !== 'known') {
    return (
      <p className="faint" role="status">
        {t('where.asking')}
      </p>
    );
  }
  if (explanation.options.length > 0) return <PlacementOptions options={explanation.options} />;
  return explanation.reasons.length > 0 ? null : <p className="faint">{t('where.noReasons')}</p>;
}

function Facts({ placement }: { placement: PlacementModel }) {
  const { t, language } = useLanguage();
  const mode = modeText(placement.mode, t);
  const rows: [string, string][] = [
    [t('where.entry'), regionAndNode({ region: placement.signalingRegion, nodeId: placement.signalingId, language })],
    [t('where.owner'), t('where.ownerValue', { owner: placement.ownerId, epoch: placement.roomEpoch })],
    [t('where.host'), placement.hostId],
    [t('where.source'), sourceText(placement.locationSource, t)],
    [t('where.mode'), placement.provisional ? `${mode}, ${t('where.provisional')}` : mode],
    [t('where.decision'), placement.decisionId],
  ];
  return (
    <section>
      <h3>{t('where.details')}</h3>
      <dl className="facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value === '' ? t('common.unknown') : value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function locationText(placement: PlacementModel, language: Language, t: Translate): string {
  if (placement.locationLabel === '' || placement.locationSource === 'none') return t('common.unknown');
  const label = placeName(placement.locationLabel, language);
  if (placement.locationRadiusKm <= 0) return label;
  return t('where.locationValue', { label, radius: Math.round(placement.locationRadiusKm) });
}

function reasonText(reason: string, t: Translate): string {
  const message = messageOfReason(reason);
  return message === undefined ? reason : t(message.key, message.values);
}

/** `city`: named by the page's URL; `none`: unknown. Other values are names of databases. */
function sourceText(source: string, t: Translate): string {
  if (source === 'city') return t('where.sourceCity');
  return source === 'none' ? '' : source;
}

function modeText(mode: string, t: Translate): string {
  const isKnown = mode === 'normal' || mode === 'panic' || mode === 'degraded' || mode === 'cached';
  return isKnown ? t(`where.mode.${mode}`) : mode;
}
