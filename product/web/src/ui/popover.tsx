import { X } from 'lucide-react';
import {
  type CSSProperties,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { popoverBox } from '../core/popover.ts';
import { usePhone } from './hooks.ts';
import { useTranslate } from './language.tsx';
import { IconButton } from './parts.tsx';

interface PopoverProps {
  /** Name of the dialog, as in the button's `opensProps`. */
  name: string;
  title: string;
  /** Hides the title, which stays for screen readers. */
  bare?: boolean;
  onClose(): void;
  children: ReactNode;
}

/** Attributes of a button that opens a popover beside itself and closes it at the next press. */
export const opensProps = (name: string, open: string | undefined) =>
  ({ 'data-opens': name, 'aria-haspopup': 'dialog', 'aria-expanded': name === open }) as const;

/**
 * Placed at its button, on a phone above the bar. The call behind it stays usable: a press outside closes the popover
 * and also takes effect. Escape closes it too (`useShortcuts`).
 */
export function Popover({ name, title, bare, onClose, children }: PopoverProps) {
  const t = useTranslate();
  const ref = useRef<HTMLDivElement>(null);
  const titleId = useId();
  const style = usePlace(ref, name);
  usePressOutside(ref, onClose);
  useFocusWithin(ref, name);
  return (
    <div
      ref={ref}
      className="popover bordered bg-surface text-plain shadow"
      role="dialog"
      tabIndex={-1}
      aria-labelledby={titleId}
      data-popover={name}
      data-testid={`popover-${name}`}
      style={style}
    >
      {bare ? (
        <h2 id={titleId} className="visually-hidden">
          {title}
        </h2>
      ) : (
        <header className="panel-head in-row justify-between">
          <h2 id={titleId}>{title}</h2>
          <IconButton className="bare" label={t('common.close')} tipBelow tipEnd onClick={onClose}>
            <X size={20} />
          </IconButton>
        </header>
      )}
      {children}
    </div>
  );
}

/** Returns the popover's visible button; in a narrow bar without that button, "More". */
function buttonOf(name: string): HTMLElement | undefined {
  const all = [name, 'more'].flatMap((one) => [...document.querySelectorAll<HTMLElement>(`[data-opens="${one}"]`)]);
  return all.find((button) => button.getClientRects().length > 0);
}

/** Places the popover above its button, inside the window. On a phone the style sheet places it. */
function usePlace(ref: RefObject<HTMLElement | null>, name: string): CSSProperties | undefined {
  const isPhone = usePhone();
  const [style, setStyle] = useState<CSSProperties>();
  useLayoutEffect(() => {
    const place = (): void => {
      const button = buttonOf(name)?.getBoundingClientRect();
      const width = ref.current?.offsetWidth ?? 0;
      if (button === undefined) return;
      setStyle(popoverBox({ button, width, window: { width: innerWidth, height: innerHeight } }));
    };
    place();
    addEventListener('resize', place);
    return () => removeEventListener('resize', place);
  }, [ref, name]);
  return isPhone ? undefined : style;
}

function usePressOutside(ref: RefObject<HTMLElement | null>, onPress: () => void): void {
  const latest = useRef(onPress);
  useEffect(() => {
    latest.current = onPress;
  });
  useEffect(() => {
    const pressed = ({ target }: PointerEvent): void => {
      if (!(target instanceof Element) || ref.current?.contains(target) === true) return;
      // A button that opens another popover closes this one by itself.
      if (target.closest('[data-opens]') === null) latest.current();
    };
    document.addEventListener('pointerdown', pressed, true);
    return () => document.removeEventListener('pointerdown', pressed, true);
  }, [ref]);
}

/** Moves the focus in, and back afterwards, or to the button when the earlier element is gone. */
function useFocusWithin(ref: RefObject<HTMLElement | null>, name: string): void {
  const [previousFocus] = useState(() => document.activeElement);
  useEffect(() => {
    ref.current?.focus({ preventScroll: true });
    return () => {
      if (document.activeElement !== document.body && document.activeElement !== null) return;
      const isThere =
        previousFocus instanceof HTMLElement && previousFocus.isConnected && previousFocus !== document.body;
      (isThere ? previousFocus : buttonOf(name))?.focus({ preventScroll: true });
    };
  }, [ref, name, previousFocus]);
}
