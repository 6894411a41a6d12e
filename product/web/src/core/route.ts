// The media route to the others, as the "where am I" panel draws it.
import type { ParticipantModel, PlacementModel } from './model.ts';

export interface RouteStop {
  nodeId: string;
  region: string;
  /** How media reaches this node from the local participant's node. */
  via: 'here' | 'relay';
  people: readonly { sessionId: string; name: string; local: boolean }[];
}

/** Returns the local participant's node first, then every other node with participants, by region and id. */
export function routeOf(placement: PlacementModel, participants: readonly ParticipantModel[]): RouteStop[] {
  const stops = new Map<string, { region: string; people: RouteStop['people'][number][] }>();
  stops.set(placement.nodeId, { region: placement.region, people: [] });
  for (const participant of participants) {
    const nodeId = participant.local ? placement.nodeId : participant.nodeId;
    if (nodeId === '') continue; // not placed yet
    const stop = stops.get(nodeId) ?? { region: participant.region, people: [] };
    stop.people.push({ sessionId: participant.sessionId, name: participant.name, local: participant.local });
    stops.set(nodeId, stop);
  }
  return [...stops]
    .map(([nodeId, stop]): RouteStop => ({ nodeId, ...stop, via: nodeId === placement.nodeId ? 'here' : 'relay' }))
    .sort((a, b) =>
      a.via === b.via ? compare(a.region, b.region) || compare(a.nodeId, b.nodeId) : a.via === 'here' ? -1 : 1,
    );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
