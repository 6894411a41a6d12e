import { areBackgroundsSupported, isNoiseSuppressionSupported } from '@meridian/sdk-web';
import { ChevronDown, Sparkles, TriangleAlert } from 'lucide-react';
import { lazy, Suspense, useState, useSyncExternalStore } from 'react';
import type { EffectsSwitches } from './actions.ts';
import { useTranslate } from './language.tsx';

/** The panel, loaded when the fields are opened. If loading fails, the fields stay empty. */
const Panel = lazy(() => import('./effects-panel.tsx').catch(() => ({ default: () => null })));

/** Folded fields for background and noise suppression; empty where the browser supports neither. */
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
 * Why background or noise suppression is off, shown while the fields are folded (see base.css); open fields show it
 * themselves. The element always exists, so that screen readers announce changes.
 */
export function EffectsNotice({ effects }: { effects: EffectsSwitches }) {
  const t = useTranslate();
  const problem = useSyncExternalStore(effects.problem.subscribe, effects.problem.get);
  // IMAGE_INVALID occurs only with open fields
  const isShown = problem !== undefined && problem.code !== 'IMAGE_INVALID';
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
