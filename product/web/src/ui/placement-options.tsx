import { Ban, TrendingDown, TrendingUp } from 'lucide-react';
import type { PlacementOptionModel } from '../core/model.ts';
import { messageOfRefusal, nameOfPart, type PartRow, partRows, shownPoints } from '../core/options.ts';
import { placeName } from '../core/place-name.ts';
import { useLanguage, useTranslate } from './language.tsx';

/** The chosen node with its points, the runners-up with their differences, and the nodes that a rule refused. */
export function PlacementOptions({ options }: { options: readonly PlacementOptionModel[] }) {
  return (
    <ol className="options">
      {options.map((option, at) => (
        <Option key={option.nodeId} option={option} chosen={options[0]} isChosen={at === 0} />
      ))}
    </ol>
  );
}

interface OptionProps {
  option: PlacementOptionModel;
  chosen: PlacementOptionModel | undefined;
  isChosen: boolean;
}

function Option({ option, chosen, isChosen }: OptionProps) {
  const { t, language } = useLanguage();
  const city = option.city === '' ? option.region : option.city;
  const refusal = option.refusedBy === '' ? undefined : messageOfRefusal(option.refusedBy);
  return (
    <li className="option" data-chosen={isChosen ? '' : undefined} data-testid="placement-option">
      <p className="option-head flex items-baseline gap-2 min-w-0">
        <strong className="ellipsis">{city === '' ? option.nodeId : placeName(city, language)}</strong>
        {isChosen ? <span className="tag accent">{t('where.chosen')}</span> : null}
        {refusal === undefined ? (
          <span className="option-points flex-none text-soft tabular">
            {t('where.points', { points: shownPoints(option).points })}
          </span>
        ) : null}
      </p>
      {city === '' ? null : <p className="mono faint">{option.nodeId}</p>}
      {refusal === undefined ? (
        <ul className="parts grid">
          {partRows(option, chosen).map((part) => (
            <Part key={part.name} part={part} />
          ))}
        </ul>
      ) : (
        <p className="option-refused in-row text-faint">
          <Ban size={14} aria-hidden="true" />
          {t(refusal.key, refusal.values)}
        </p>
      )}
    </li>
  );
}

function Part({ part }: { part: PartRow }) {
  const t = useTranslate();
  const name = nameOfPart(part.name);
  const share = part.pointsMax > 0 ? Math.min(1, part.points / part.pointsMax) : 0;
  return (
    <li>
      <span className="text-soft">{name === undefined ? part.name : t(name)}</span>
      <span className="part-points in-row text-faint text-xs tabular">
        <Verdict verdict={part.verdict} />
        {t('where.partPoints', { points: part.points, max: part.pointsMax })}
      </span>
      <span className="part-bar col-all overflow-hidden rounded-full bg-raised" aria-hidden="true">
        <span style={{ width: `${Math.round(share * 100)}%` }} />
      </span>
      <span className="col-all text-faint text-xs">
        {part.message === undefined ? part.reason : t(part.message.key, part.message.values)}
      </span>
    </li>
  );
}

function Verdict({ verdict }: { verdict: PartRow['verdict'] }) {
  const t = useTranslate();
  if (verdict === 'equal') return null;
  const Icon = verdict === 'better' ? TrendingUp : TrendingDown;
  return <Icon size={14} className={`verdict ${verdict}`} aria-label={t(`where.${verdict}`)} />;
}
