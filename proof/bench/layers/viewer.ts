// A viewer of the layers benchmark: a page with our SDK, or a light client.
export const views = ['thumb', 'full', 'mixed', 'restless'] as const;
/**
 * `mixed`: in full in Frankfurt, as thumbnails in Singapore. `restless`: as thumbnails, but the first viewer in full,
 * and of the light ones another each second changes its size.
 */
export type RoomView = (typeof views)[number];
export type View = 'thumb' | 'full';
export type Region = 'frankfurt' | 'singapore';

export interface ViewerSight {
  /** Width of the shown picture; 0: none yet. */
  readonly width: number;
  /** Video received, with RTP headers. */
  readonly receivedBytes: number;
  readonly nowMs: number;
}

export interface Viewer {
  readonly region: Region;
  show(view: View): Promise<unknown>;
  sight(): Promise<ViewerSight>;
  close(): Promise<void>;
}
