// Builds a message to a LiveKit client by its name.
import { SignalResponse } from '@livekit/protocol';

type Init = NonNullable<ConstructorParameters<typeof SignalResponse>[0]>;
type Message = NonNullable<Init['message']>;
type Case = NonNullable<Message['case']>;

/** `value`: the message, or its fields. */
export const responseOf = <Name extends Case>(
  name: Name,
  value: Extract<Message, { case?: Name }>['value'],
): SignalResponse => new SignalResponse({ message: { case: name, value } as Message });
