// Checks that the room events that a company received are complete, in order, and without repetition.

export interface ReceivedEvent {
  readonly id: string;
  readonly event: string;
  readonly sequence: number;
  /** Room of the event; absent for events of a meeting that was booked or changed. */
  readonly room?: { readonly sid: string; readonly name: string; readonly numParticipants: number };
  readonly meeting?: { readonly id: string };
  readonly participant?: { readonly sid: string; readonly identity: string };
}

/** Returns sentences about faults in the events of one life of a room, given in the order of `sequence`. */
export function faultsOfLife(sid: string, events: readonly ReceivedEvent[]): string[] {
  const faults: string[] = [];
  const addFault = (what: string): void => void faults.push(`${sid}: ${what}`);
  const present = new Set<string>();
  events.forEach(({ event, sequence, participant, room }, at) => {
    if (sequence !== at + 1) addFault(`event ${at + 1} has the sequence ${sequence}`);
    if ((event === 'room_started') !== (at === 0)) addFault(`event ${at + 1} is ${event}`);
    if (event === 'room_finished' && at !== events.length - 1)
      addFault(`${events.length - at - 1} events after its end`);
    const participantSid = participant?.sid ?? '';
    if (event === 'participant_joined') {
      // A new owner reports a participant that it does not find as left. If the participant is still there, it joins
      // again under the same sid.
      if (present.has(participantSid)) addFault(`${participant?.identity} joined twice`);
      present.add(participantSid);
    }
    if (event === 'participant_left' && !present.delete(participantSid))
      addFault(`${participant?.identity} left, but was not in the room`);
    if (event.startsWith('participant_') && room?.numParticipants !== present.size)
      addFault(`event ${at + 1} counts ${room?.numParticipants}, there are ${present.size}`);
  });
  if (events.at(-1)?.event !== 'room_finished') addFault('its end was not reported');
  else if (present.size > 0) addFault(`${present.size} were never reported to have left`);
  return faults;
}

/**
 * Returns the faults of the requests that a receiver got, in order of arrival. Repetitions of one event are allowed; a
 * request answered with an error counts as not received.
 */
export function faultsOfReceived(received: readonly ReceivedEvent[], stored: readonly ReceivedEvent[]): string[] {
  const faults: string[] = [];
  const first = new Map<string, ReceivedEvent>();
  const heardUpTo = new Map<string, number>();
  for (const one of received) {
    if (first.has(one.id)) continue;
    first.set(one.id, one);
    const lifeId = one.room?.sid ?? one.meeting?.id ?? '';
    const before = heardUpTo.get(lifeId) ?? 0;
    if (one.sequence !== before + 1) faults.push(`${lifeId}: ${one.sequence} was heard after ${before}`);
    heardUpTo.set(lifeId, one.sequence);
  }
  const storedIds = new Set(stored.map(({ id }) => id));
  return [
    ...faults,
    ...stored.filter(({ id }) => !first.has(id)).map(({ id, event }) => `${event} ${id} was never heard`),
    ...[...first.keys()].filter((id) => !storedIds.has(id)).map((id) => `${id} was heard and is not stored`),
  ];
}
