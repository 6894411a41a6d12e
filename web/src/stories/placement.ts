// The decision that the stories show.
import type { PlacementModel } from '../core/model.ts';

export const placement: PlacementModel = {
  decisionId: 'DE_7Hq2mX4vTz9KpLwa',
  nodeId: 'sfu-fra-1',
  hostId: 'host-fra',
  region: 'eu-central',
  city: 'Frankfurt',
  signalingId: 'sig-fra',
  signalingRegion: 'eu-central',
  ownerId: 'sig-sgp',
  roomEpoch: 3,
  locationSource: 'dbip-city',
  locationRadiusKm: 25,
  locationLabel: 'Hamburg, DE',
  reasons: [
    'the address is known to dbip-city',
    'geography: about 9 ms from the client',
    'load: 12 % of its capacity charged',
    'room-affinity: holds the room and is near',
  ],
  options: [
    {
      nodeId: 'sfu-fra-1',
      region: 'eu-central',
      city: 'Frankfurt',
      points: 96.4,
      refusedBy: '',
      parts: [
        { name: 'geography', points: 78.2, pointsMax: 80, reason: 'about 9 ms from the client' },
        { name: 'load', points: 13.2, pointsMax: 15, reason: '12 % of its capacity charged' },
        { name: 'room-affinity', points: 5, pointsMax: 5, reason: 'holds the room and is near' },
      ],
    },
    {
      nodeId: 'sfu-lon-2',
      region: 'eu-west',
      city: 'London',
      points: 88.4,
      refusedBy: '',
      parts: [
        { name: 'geography', points: 74.2, pointsMax: 80, reason: 'about 29 ms from the client' },
        { name: 'load', points: 14.2, pointsMax: 15, reason: '5 % of its capacity charged' },
        { name: 'room-affinity', points: 0, pointsMax: 5, reason: 'does not hold the room' },
      ],
    },
    {
      nodeId: 'sfu-sgp-1',
      region: 'ap-southeast',
      city: 'Singapore',
      points: 58.1,
      refusedBy: '',
      parts: [
        { name: 'geography', points: 45, pointsMax: 80, reason: 'about 175 ms from the client' },
        { name: 'load', points: 13.1, pointsMax: 15, reason: '13 % of its capacity charged' },
        {
          name: 'room-affinity',
          points: 0,
          pointsMax: 5,
          reason: 'holds the room, but is 166 ms farther than the nearest',
        },
      ],
    },
    { nodeId: 'sfu-ams-1', region: 'eu-west', city: 'Amsterdam', points: 0, refusedBy: 'not-draining', parts: [] },
  ],
  provisional: false,
  mode: 'normal',
};
