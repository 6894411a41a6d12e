import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useFocusReturn, useFocusTrap, usePhone } from './hooks.ts';
import { useTranslate } from './language.tsx';
import { IconButton } from './parts.tsx';

interface PanelProps {
  title: string;
  name: string;
  onClose(): void;
  children: ReactNode;
}

/** A column beside the stage in wide windows; on a phone a sheet over it, which traps the focus until closed. */
export function Panel({ title, name, onClose, children }: PanelProps) {
  const t = useTranslate();
  const phone = usePhone();
  const ref = useFocusTrap<HTMLElement>(phone);
  useFocusReturn(ref);
  return (
    <>
      {phone ? (
        <button
          type="button"
          className="panel-scrim inset-0 border-0"
          tabIndex={-1}
          aria-hidden="true"
          onClick={onClose}
        />
      ) : null}
      <aside
        ref={ref}
        className="panel"
        data-panel={name}
        tabIndex={-1}
        aria-label={title}
        {...(phone ? { role: 'dialog', 'aria-modal': true } : {})}
      >
        <header className="panel-head in-row justify-between">
          <h2>{title}</h2>
          <IconButton className="bare" label={t('common.close')} tipBelow tipEnd onClick={onClose}>
            <X size={20} />
          </IconButton>
        </header>
        {children}
      </aside>
    </>
  );
}
