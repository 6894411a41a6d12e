import { linkThresholds, loadThresholds } from '../core/levels.ts';
import { useWords } from './words.ts';

/** Window width from which the legend starts open; in narrower windows it would hide the map. */
const WIDE_PX = 900;

export function Legend() {
  const { say, share, percent } = useWords();
  const { fairRttMs, badRttMs, fairLoss, badLoss } = linkThresholds;
  const links = [
    ['good', say('goodLink', { rtt: fairRttMs, loss: share(fairLoss) })],
    ['fair', say('fairLink', { rtt: fairRttMs, loss: share(fairLoss) })],
    ['bad', say('badLink', { rtt: badRttMs, loss: share(badLoss) })],
    ['broken', say('brokenLink')],
  ] as const;
  return (
    <details className="map-legend text-s" open={innerWidth >= WIDE_PX}>
      <summary>{say('legend')}</summary>
      <div className="map-legend-body grid gap-4">
        <section>
          <h3>{say('legendLinks')}</h3>
          <ul>
            {links.map(([level, text]) => (
              <li key={level}>
                <i className="map-line flex-none" data-level={level} />
                {text}
              </li>
            ))}
            <li className="faint">{say('wide')}</li>
          </ul>
        </section>
        <section>
          <h3>{say('legendSites')}</h3>
          <ul>
            <li>
              <i className="map-dot flex-none rounded-full" data-state="alive" />
              {say('loadClock', { fair: percent(loadThresholds.fair), bad: percent(loadThresholds.bad) })}
            </li>
            {(['suspect', 'draining', 'dead'] as const).map((state) => (
              <li key={state}>
                <i className="map-dot flex-none rounded-full" data-state={state} />
                {say(`${state}Site`)}
              </li>
            ))}
            <li>
              <i className="map-alarm flex-none" />
              {say('alarmMark')}
            </li>
          </ul>
        </section>
        <section>
          <h3>{say('legendPeople')}</h3>
          <ul>
            {(['strong', 'medium', 'weak', 'unknown'] as const).map((strength) => (
              <li key={strength}>
                <i className="map-ring flex-none rounded-full" data-strength={strength} />
                {say(strength)}
              </li>
            ))}
            <li className="faint">{say('rings')}</li>
          </ul>
        </section>
      </div>
    </details>
  );
}
