import { MalformedStream } from '@meridian/room-media/core';
import { type AmfObject, type AmfValue, decodeAmf0, encodeAmf0, withoutAmf3Byte } from './amf0.ts';
import { messageType, type RtmpMessage } from './chunks.ts';

/** Call, or answer to a call: `_result`, `_error`, `onStatus`. */
export interface RtmpCommand {
  readonly name: string;
  readonly transactionId: number;
  readonly streamId: number;
  /** Command object, then the arguments. */
  readonly values: readonly AmfValue[];
}

export interface RtmpStatus {
  readonly level: 'status' | 'warning' | 'error';
  readonly code: string;
  readonly description: string;
}

/** Bound of an app, a stream name with its query, or a tcUrl, in UTF-16 units: tokens fit. */
export const MAX_NAME_LENGTH = 1024;

export const isCommandMessage = ({ typeId }: RtmpMessage): boolean =>
  typeId === messageType.command || typeId === messageType.commandAmf3;

/** Throws MalformedStream. */
export function readCommand({ typeId, streamId, payload }: RtmpMessage): RtmpCommand {
  const isAmf3 = typeId === messageType.commandAmf3;
  const [name, transactionId, ...values] = decodeAmf0(isAmf3 ? withoutAmf3Byte(payload) : payload);
  if (typeof name !== 'string') throw new MalformedStream('INVALID', 'a command without a name');
  return { name, transactionId: typeof transactionId === 'number' ? transactionId : 0, streamId, values };
}

/** Returns what `read` returns, or undefined if it throws MalformedStream. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedStream) return undefined;
    throw error;
  }
}

export function commandMessage(command: RtmpCommand): RtmpMessage {
  const { name, transactionId, streamId, values } = command;
  const payload = encodeAmf0(name, transactionId, ...values);
  return { typeId: messageType.command, streamId, timestampMs: 0, payload };
}

export const statusObject = (status: RtmpStatus): AmfObject => new Map(Object.entries(status));

export function readStatus(value: AmfValue): { level: string; code: string; description: string } {
  return {
    level: textOf(value, 'level') ?? '',
    code: textOf(value, 'code') ?? '',
    description: textOf(value, 'description') ?? '',
  };
}

export function textOf(object: AmfValue, key: string): string | undefined {
  const value = object instanceof Map ? object.get(key) : undefined;
  return typeof value === 'string' ? value : undefined;
}

export function splitQuery(text: string): { path: string; query: string } {
  const at = text.indexOf('?');
  return at < 0 ? { path: text, query: '' } : { path: text.slice(0, at), query: text.slice(at + 1) };
}
