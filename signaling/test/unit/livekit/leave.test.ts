// Tests the message with which a LiveKit client's session ends.
import { DisconnectReason, LeaveRequest_Action } from '@livekit/protocol';
import { type ErrorCode, errorCodes } from '@meridian/protocol';
import { expect, it, test } from 'vitest';
import { disconnectReasonOf, leaveOf, leaveResponse } from '../../../src/core/livekit/index.ts';

const codes = Object.keys(errorCodes) as ErrorCode[];

test.each(codes)('%s has a reason, and the client joins anew exactly when that may help', (code) => {
  const leave = leaveOf(code);
  expect(DisconnectReason[leave.reason]).toBeTypeOf('string');
  expect(leave.action).toBe(errorCodes[code][1] ? LeaveRequest_Action.RECONNECT : LeaveRequest_Action.DISCONNECT);
  expect(leave.canReconnect).toBe(errorCodes[code][1]);
});

test.each([
  ['NO_SUCH_CODE', DisconnectReason.UNKNOWN_REASON, LeaveRequest_Action.RECONNECT],
  ['', DisconnectReason.UNKNOWN_REASON, LeaveRequest_Action.RECONNECT],
  ['KICKED', DisconnectReason.PARTICIPANT_REMOVED, LeaveRequest_Action.DISCONNECT],
  ['TOKEN_REVOKED', DisconnectReason.PARTICIPANT_REMOVED, LeaveRequest_Action.DISCONNECT],
  ['DUPLICATE_IDENTITY', DisconnectReason.DUPLICATE_IDENTITY, LeaveRequest_Action.DISCONNECT],
  ['ROOM_ENDED', DisconnectReason.ROOM_DELETED, LeaveRequest_Action.DISCONNECT],
  ['TOKEN_EXPIRED', DisconnectReason.JOIN_FAILURE, LeaveRequest_Action.DISCONNECT],
  ['SHUTTING_DOWN', DisconnectReason.SERVER_SHUTDOWN, LeaveRequest_Action.RECONNECT],
  ['NODE_LOST', DisconnectReason.MEDIA_FAILURE, LeaveRequest_Action.RECONNECT],
  ['NODE_DRAINING', DisconnectReason.MIGRATION, LeaveRequest_Action.RECONNECT],
])('%s is reported as LiveKit would', (code, reason, action) => {
  expect(leaveOf(code)).toMatchObject({ reason, action });
  expect(leaveResponse(code).message).toMatchObject({ case: 'leave', value: { reason, action } });
});

it('an unknown reason counts as the participant’s own decision to leave', () => {
  expect(disconnectReasonOf('')).toBe(DisconnectReason.CLIENT_INITIATED);
  expect(disconnectReasonOf('LEFT')).toBe(DisconnectReason.CLIENT_INITIATED);
  expect(disconnectReasonOf('toString')).toBe(DisconnectReason.CLIENT_INITIATED);
  expect(disconnectReasonOf('KICKED')).toBe(DisconnectReason.PARTICIPANT_REMOVED);
});
