import { type ReactNode, useEffect, useRef, useState } from 'react';
import { IconButton } from '../../ui/parts.tsx';

interface MenuProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly testid: string;
  readonly className?: string;
  children(close: () => void): ReactNode;
}

/** Shows a button that opens a small box above itself. A press outside, or Escape, closes the box. */
export function Menu({ label, icon, testid, className = 'bare', children }: MenuProps) {
  const [isOpen, setIsOpen] = useState(false);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    const outside = ({ target }: Event): void => {
      if (!(target instanceof Node) || ref.current?.contains(target) !== true) setIsOpen(false);
    };
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') setIsOpen(false);
    };
    document.addEventListener('pointerdown', outside, true);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', outside, true);
      document.removeEventListener('keydown', onKey);
    };
  }, [isOpen]);
  return (
    <div ref={ref} className="relative">
      <IconButton
        className={isOpen ? `${className} active` : className}
        label={label}
        tipEnd
        aria-expanded={isOpen}
        data-testid={testid}
        onClick={() => setIsOpen(!isOpen)}
      >
        {icon}
      </IconButton>
      {isOpen ? (
        <div className="show-menu-box absolute bordered rounded-m bg-surface shadow">
          {children(() => setIsOpen(false))}
        </div>
      ) : null}
    </div>
  );
}
