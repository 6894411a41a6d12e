// How a session's end is told to a LiveKit client.
import type { LeaveRequest, SignalResponse } from '@livekit/protocol';

/** Of a code of errors.ts; one that is not known there counts as INTERNAL. */
export function leaveOf(_code: string): LeaveRequest {
  throw new Error('not built yet');
}

/** The same as a message: the last one before the socket closes. */
export function leaveResponse(_code: string): SignalResponse {
  throw new Error('not built yet');
}
