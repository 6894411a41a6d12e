// Accepts files dropped anywhere on the page.
import { Upload } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useWords } from './use-words.ts';

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true;

export function DropZone({ onFiles }: { onFiles(files: readonly File[]): void }) {
  const { say } = useWords();
  const [isOver, setOver] = useState(false);
  const latest = useRef(onFiles);
  useEffect(() => {
    latest.current = onFiles;
  });
  useEffect(() => {
    // Moving between elements fires enter for the new element before leave for the old one, so the depth is counted.
    let depth = 0;
    const entered = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth += 1;
      setOver(true);
    };
    const left = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const over = (event: DragEvent): void => {
      if (hasFiles(event)) event.preventDefault(); // otherwise the browser opens the file
    };
    const dropped = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      latest.current([...(event.dataTransfer?.files ?? [])]);
    };
    const listeners = { dragenter: entered, dragleave: left, dragover: over, drop: dropped } as const;
    for (const [name, listener] of Object.entries(listeners)) addEventListener(name as 'drop', listener);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) removeEventListener(name as 'drop', listener);
    };
  }, []);
  if (!isOver) return null;
  return (
    <div className="library-drop inset-0 grid place-center pointer-none" data-testid="drop">
      <span>
        <Upload size={34} aria-hidden="true" />
        {say('drop')}
      </span>
    </div>
  );
}
