import { EllipsisVertical, type LucideIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';

export interface MenuItem {
  readonly key: string;
  readonly icon: LucideIcon;
  readonly text: string;
  readonly isDangerous?: boolean;
  readonly act: () => void;
}

export function RowMenu({ label, items }: { label: string; items: readonly MenuItem[] }) {
  const ref = useRef<HTMLDetailsElement>(null);
  const close = (): void => {
    if (ref.current !== null) ref.current.open = false;
  };
  useEffect(() => {
    const onPointerDown = ({ target }: PointerEvent): void => {
      if (ref.current !== null && target instanceof Node && !ref.current.contains(target)) ref.current.open = false;
    };
    document.addEventListener('pointerdown', onPointerDown);
    return () => document.removeEventListener('pointerdown', onPointerDown);
  }, []);
  return (
    <details
      ref={ref}
      className="account-menu row-menu relative"
      onBlur={({ currentTarget, relatedTarget }) => {
        // The target is null in browsers that do not focus a pressed button.
        if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) close();
      }}
      onKeyDown={({ key }) => {
        if (key !== 'Escape') return;
        close();
        ref.current?.querySelector('summary')?.focus();
      }}
    >
      <summary className="icon-button bare" aria-label={label} data-testid="row-menu">
        <EllipsisVertical size={20} aria-hidden="true" />
      </summary>
      <div className="account-menu-body absolute grid gap-2px bordered rounded-m bg-surface shadow">
        {items.map(({ key, icon: Icon, text, isDangerous, act }) => (
          <button
            key={key}
            type="button"
            data-testid={`menu-${key}`}
            data-danger={isDangerous ? '' : undefined}
            onClick={() => {
              close();
              act();
            }}
          >
            <Icon size={18} aria-hidden="true" />
            {text}
          </button>
        ))}
      </div>
    </details>
  );
}
