import { File, FileText, Film, Image, type LucideIcon, Music } from 'lucide-react';
import type { ItemKind } from '../core/model.ts';

const icons: Readonly<Record<ItemKind, LucideIcon>> = { video: Film, audio: Music, image: Image, document: FileText };

export function KindIcon({ kind, size }: { kind: ItemKind | undefined; size: number }) {
  const Icon = kind === undefined ? File : icons[kind];
  return <Icon size={size} aria-hidden="true" />;
}
