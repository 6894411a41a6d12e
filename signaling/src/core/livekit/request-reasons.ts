// Maps codes of errors.ts to the reasons with which LiveKit refuses requests.
import { RequestResponse_Reason } from '@livekit/protocol';

export const reasonOf = (code: string): RequestResponse_Reason =>
  reasons.get(code) ?? RequestResponse_Reason.UNCLASSIFIED_ERROR;

const { INVALID_REQUEST, LIMIT_EXCEEDED, NOT_ALLOWED, NOT_FOUND, UNSUPPORTED_TYPE } = RequestResponse_Reason;
const reasons: ReadonlyMap<string, RequestResponse_Reason> = new Map([
  ['NOT_PERMITTED', NOT_ALLOWED],
  ['REQUEST_INVALID', INVALID_REQUEST],
  ['RTP_PARAMETERS_INVALID', INVALID_REQUEST],
  ['OUT_OF_ORDER', INVALID_REQUEST],
  ['TRACK_EXISTS', INVALID_REQUEST],
  ['TRACK_UNKNOWN', NOT_FOUND],
  ['PARTICIPANT_UNKNOWN', NOT_FOUND],
  ['SESSION_UNKNOWN', NOT_FOUND],
  ['TRACK_LIMIT', LIMIT_EXCEEDED],
  ['RATE_LIMITED', LIMIT_EXCEEDED],
  ['QUOTA_EXCEEDED', LIMIT_EXCEEDED],
  ['ROOM_FULL', LIMIT_EXCEEDED],
  ['DATA_TOO_LARGE', LIMIT_EXCEEDED],
  ['CODEC_UNSUPPORTED', UNSUPPORTED_TYPE],
]);
