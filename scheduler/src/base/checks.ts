// Checks of request fields. Each check throws REQUEST_INVALID and names the field.
import { isRoomKey, MeridianError } from '@meridian/protocol';

export function checkRoomKey(roomKey: string): void {
  check(isRoomKey(roomKey), 'room_key');
}

export function check(condition: boolean, field: string): void {
  if (!condition) throw new MeridianError('REQUEST_INVALID', `field ${field} has a value that is not allowed`);
}
