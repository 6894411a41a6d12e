// Cost against delay, a point for each policy. The table says the same in figures.
import type { PolicyComparison } from '../types.ts';
import { HEIGHT, pictureOf, WIDTH } from './core/picture.ts';
import type { CostWords } from './words.ts';

export function PolicyPicture({ words, comparison }: { words: CostWords; comparison: PolicyComparison }) {
  const { say, money, number, fixed } = words;
  const { policies, currency } = comparison;
  const picture = pictureOf(
    policies.map(({ policy, costPerUserHour, onewayMsMean }) => ({
      cost: costPerUserHour,
      delayMs: onewayMsMean,
      label: words.policy(policy, 'short'),
    })),
  );
  const { left, right, top, bottom } = picture;
  return (
    <figure className="cost-picture">
      <figcaption>{say('picture')}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        {picture.delays.map(({ at, value, digits }) => (
          <g key={value}>
            <line className="cost-grid" x1={left} x2={right} y1={at} y2={at} />
            <text x={left - 8} y={at} textAnchor="end" dominantBaseline="central">
              {fixed(value, digits)}
            </text>
          </g>
        ))}
        {picture.costs.map(({ at, value, digits }) => (
          <g key={value}>
            <line className="cost-grid" x1={at} x2={at} y1={top} y2={bottom} />
            <text x={at} y={bottom + 16} textAnchor="middle">
              {fixed(value, digits)}
            </text>
          </g>
        ))}
        <text x={right} y={HEIGHT - 6} textAnchor="end">
          {say('axisCost', { currency })} →
        </text>
        <text x={4} y={14}>
          ↑ {say('axisDelay')}
        </text>
        {picture.points.map(({ x, y, label, labelX, labelY, anchor, cost, delayMs }) => (
          <g key={`${label} ${x} ${y}`}>
            <circle cx={x} cy={y} r="5">
              <title>
                {say('pictureText', { policy: label, cost: money(cost, currency), delay: number(delayMs) })}
              </title>
            </circle>
            <text className="cost-label" x={labelX} y={labelY} textAnchor={anchor} dominantBaseline="central">
              {label}
            </text>
          </g>
        ))}
      </svg>
    </figure>
  );
}
