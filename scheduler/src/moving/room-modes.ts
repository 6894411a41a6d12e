// Mode of a room: the first of an administrator's, the mode that the request names, its tenant's, and the service's
// default.
import type { Logger } from '@meridian/runtime';
import type { RoomMode } from '../placing/core/view.ts';
import type { RoomBook, RoomRecord } from './core/room-book.ts';

export interface RoomCopy {
  /** Undefined removes the record. Resolves when it is written, or will be retried. */
  saveRoom(roomKey: string, record: RoomRecord | undefined): Promise<void>;
}

export interface RoomModes {
  readonly default: RoomMode;
  readonly tenants: Readonly<Record<string, RoomMode>>;
}

export function modeOfRoom(
  record: RoomRecord | undefined,
  roomKey: string,
  requestedMode: RoomMode | undefined,
  modes: RoomModes | undefined,
): RoomMode {
  return record?.mode ?? requestedMode ?? modeOfTenant(roomKey, modes) ?? modes?.default ?? 'relay';
}

export function sourceOfMode(
  record: RoomRecord | undefined,
  roomKey: string,
  requestedMode: RoomMode | undefined,
  modes: RoomModes | undefined,
): string {
  if (record?.mode !== undefined) return 'given to the room';
  if (requestedMode !== undefined) return 'named by a participant that joined';
  return modeOfTenant(roomKey, modes) === undefined ? 'of the service' : 'of its tenant';
}

function modeOfTenant(roomKey: string, modes: RoomModes | undefined): RoomMode | undefined {
  const tenant = roomKey.slice(0, roomKey.indexOf('/')); // for a connection check too
  // A tenant may be called `constructor`, which every object has.
  return modes !== undefined && Object.hasOwn(modes.tenants, tenant) ? modes.tenants[tenant] : undefined;
}

/** Gives the room a mode, or takes it back, and starts the resulting moves. False: too many rooms are remembered. */
export async function setMode(
  { rooms, copy, log }: { rooms: RoomBook; copy: RoomCopy; log: Logger },
  roomKey: string,
  mode: RoomMode | undefined,
): Promise<boolean> {
  if (mode === undefined && rooms.get(roomKey) === undefined) return true;
  const record = rooms.change(roomKey, { mode, isConverging: true });
  if (record === undefined) return false;
  await copy.saveRoom(roomKey, record);
  log.info({ roomKey, mode: mode ?? 'taken back' }, 'the mode of a room was set');
  return true;
}
