import { Maximize, Minimize, Volume1, Volume2, VolumeX } from 'lucide-react';
import type { RefObject } from 'react';
import { canFullScreen, toggleFullScreen, useFullScreen } from './full-screen.ts';
import { IconButton } from './parts.tsx';

interface VolumeProps {
  volume: number;
  isMuted: boolean;
  labels: Readonly<Record<'mute' | 'unmute' | 'volume', string>>;
  onMuted(): void;
  onVolume(volume: number): void;
}

export function Volume({ volume, isMuted, labels, onMuted, onVolume }: VolumeProps) {
  const audibleVolume = isMuted ? 0 : volume;
  const Icon = audibleVolume === 0 ? VolumeX : audibleVolume < 0.5 ? Volume1 : Volume2;
  return (
    <span className="player-volume inline-flex items-center">
      <IconButton
        label={isMuted ? labels.unmute : labels.mute}
        shortcut="m"
        className="bare"
        aria-pressed={isMuted}
        onClick={onMuted}
      >
        <Icon size={20} />
      </IconButton>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={audibleVolume}
        aria-label={labels.volume}
        onChange={({ target }) => onVolume(Number(target.value))}
      />
    </span>
  );
}

export function FullScreenButton({ label, frame }: { label: string; frame: RefObject<HTMLElement | null> }) {
  const isFull = useFullScreen();
  if (!canFullScreen()) return null;
  return (
    <IconButton
      label={label}
      shortcut="f"
      tipEnd
      className="bare"
      aria-pressed={isFull}
      onClick={() => frame.current !== null && toggleFullScreen(frame.current)}
    >
      {isFull ? <Minimize size={20} /> : <Maximize size={20} />}
    </IconButton>
  );
}
