import type { ExplanationModel, PlacementModel } from '../core/model.ts';

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
  reasons: ['the address is known to dbip-city'],
  provisional: false,
  mode: 'normal',
};

export const explanation: ExplanationModel & { state: 'known' } = {
  decisionId: placement.decisionId,
  state: 'known',
  reasons: [
    'the address is known to dbip-city',
    'access: 9 ms from the client, timed',
    'room: holds the room, 31 ms one way to the participants in it',
    'load: 12 % of its capacity charged',
  ],
  options: [
    {
      nodeId: 'sfu-fra-1',
      region: 'eu-central',
      city: 'Frankfurt',
      points: 98.5,
      refusedBy: '',
      parts: [
        { name: 'access', points: 66.5, pointsMax: 68, reason: '9 ms from the client, timed' },
        { name: 'room', points: 16, pointsMax: 16, reason: 'holds the room, 31 ms one way to the participants in it' },
        { name: 'load', points: 16, pointsMax: 16, reason: '12 % of its capacity charged' },
      ],
    },
    {
      nodeId: 'sfu-lon-2',
      region: 'eu-west',
      city: 'London',
      points: 64.6,
      refusedBy: '',
      parts: [
        { name: 'access', points: 64.6, pointsMax: 68, reason: '20 ms from the client, timed' },
        { name: 'room', points: 0, pointsMax: 16, reason: 'does not hold the room, is farther than the nearest' },
        { name: 'load', points: 0, pointsMax: 16, reason: '5 % of its capacity charged, is farther than the nearest' },
      ],
    },
    {
      nodeId: 'sfu-sgp-1',
      region: 'ap-southeast',
      city: 'Singapore',
      points: 34.3,
      refusedBy: '',
      parts: [
        { name: 'access', points: 34.3, pointsMax: 68, reason: 'about 175 ms from the client, give or take 23' },
        { name: 'room', points: 0, pointsMax: 16, reason: 'holds the room, is farther than the nearest' },
        { name: 'load', points: 0, pointsMax: 16, reason: '13 % of its capacity charged, is farther than the nearest' },
      ],
    },
    { nodeId: 'sfu-ams-1', region: 'eu-west', city: 'Amsterdam', points: 0, refusedBy: 'not-draining', parts: [] },
  ],
};
