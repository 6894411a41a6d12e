import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from 'lucide-react';
import type { Toast, ToastTone } from '../core/toasts.ts';
import type { MeetingActions } from './actions.ts';
import { useFailureTexts } from './failure.tsx';
import { useTranslate } from './language.tsx';

const icons = { info: Info, good: CircleCheck, warning: TriangleAlert, bad: CircleAlert } as const satisfies Record<
  ToastTone,
  unknown
>;

/** Recent events. Announced politely; never takes the focus, never covers the bar. */
export function Toasts(props: {
  toasts: readonly Toast[];
  actions: Pick<MeetingActions, 'host'>;
  onDismiss(id: number): void;
}) {
  const t = useTranslate();
  return (
    <section className="toasts absolute grid gap-2 pointer-none" aria-live="polite" aria-label={t('toast.region')}>
      {props.toasts.map((toast) => {
        const Icon = icons[toast.tone];
        return (
          <div key={toast.id} className="toast" data-tone={toast.tone}>
            <Icon size={18} aria-hidden="true" />
            <div className="toast-text">
              <p>{t(toast.message.key, toast.message.values)}</p>
              {toast.detail === undefined ? null : (
                <p className="text-soft">{t(toast.detail.key, toast.detail.values)}</p>
              )}
              {toast.code === undefined ? null : (
                <ToastFailure code={toast.code} hasDetail={toast.detail !== undefined} />
              )}
              {toast.waitId === undefined ? null : <Answer waitIds={[toast.waitId]} actions={props.actions} />}
            </div>
            <button type="button" aria-label={t('toast.dismiss')} onClick={() => props.onDismiss(toast.id)}>
              <X size={16} />
            </button>
          </div>
        );
      })}
    </section>
  );
}

function ToastFailure({ code, hasDetail }: { code: string; hasDetail: boolean }) {
  const { cause, advice } = useFailureTexts(code);
  return (
    <>
      {hasDetail ? null : (
        <p className="text-soft">
          {cause} {advice}
        </p>
      )}
      <code className="failure-code">{code}</code>
    </>
  );
}

/**
 * A host's buttons for waiting participants. The toast is removed when the service reports that they no longer wait.
 */
function Answer({ waitIds, actions }: { waitIds: readonly string[]; actions: Pick<MeetingActions, 'host'> }) {
  const t = useTranslate();
  return (
    <p className="toast-buttons">
      <button
        type="button"
        className="button small primary"
        data-testid="toast-admit"
        onClick={() => actions.host({ do: 'admit', waitIds })}
      >
        {t('toast.admit')}
      </button>
      <button
        type="button"
        className="button small"
        data-testid="toast-deny"
        onClick={() => actions.host({ do: 'refuse', waitIds })}
      >
        {t('toast.deny')}
      </button>
    </p>
  );
}
