import { areBackgroundsSupported, isNoiseSuppressionSupported } from '@meridian/sdk-web';
import { ChevronDown, Sparkles, TriangleAlert } from 'lucide-react';
import { lazy, Suspense, useState, useSyncExternalStore } from 'react';
import type { EffectsSwitches } from './actions.ts';
import { useTranslate } from './language.tsx';

/** What cannot be loaded is not offered; the page goes on. */
const Panel = lazy(() => import('./effects-panel.tsx').catch(() => ({ default: () => null })));

/** Background and noise suppression, behind a line that opens; nothing where the browser can do neither. */
export function EffectsFields({ effects }: { effects: EffectsSwitches }) {
  const t = useTranslate();
  const [opened, setOpened] = useState(false);
  const [can] = useState(() => ({ background: areBackgroundsSupported(), noise: isNoiseSuppressionSupported() }));
  if (!can.background && !can.noise) return null;
  return (
    <details
      className="effects"
      data-testid="effects"
      onToggle={(event) => event.currentTarget.open && setOpened(true)}
    >
      <summary>
        <Sparkles size={15} aria-hidden="true" />
        {t('effects.title')}
        <ChevronDown size={17} className="summary-chevron" aria-hidden="true" />
      </summary>
      {opened ? (
        <Suspense fallback={null}>
          <Panel effects={effects} can={can} />
        </Suspense>
      ) : null}
    </details>
  );
}

/**
 * Why the background or noise suppression is off, where their switches may be folded away. Open, they say it themselves
 * (see base.css). The line is there always, so that screen readers say what comes into it.
 */
export function EffectsNotice({ effects }: { effects: EffectsSwitches }) {
  const t = useTranslate();
  const problem = useSyncExternalStore(effects.problem.subscribe, effects.problem.get);
  const isShown = problem !== undefined && problem.code !== 'IMAGE_INVALID'; // that comes with the switches open only
  return (
    <p className="effects-notice in-row gap-6px m-0 text-s" role="status" data-testid="effects-notice">
      {isShown ? (
        <>
          <TriangleAlert size={16} aria-hidden="true" />
          {t(`toast.${problem.code === 'EFFECT_TOO_SLOW' ? 'slow' : 'failed'}.${problem.part}`)}
        </>
      ) : null}
    </p>
  );
}
