// A viewer of the layers benchmark: a page with our SDK, or a light client.
export const views = ['thumb', 'full', 'mixed'] as const;
/** `mixed`: in full in Frankfurt, as thumbnails in Singapore. */
export type RoomView = (typeof views)[number];
export type View = 'thumb' | 'full';
export type Region = 'frankfurt' | 'singapore';

export interface ViewerSight {
  /** Width of the shown picture; 0: none yet. */
  readonly width: number;
  /** Video received, with RTP headers. */
  readonly receivedBytes: number;
  /** Reports and probes that were sent back. */
  readonly answeredBytes: number;
  readonly nowMs: number;
}

export interface Viewer {
  readonly region: Region;
  show(view: View): Promise<unknown>;
  sight(): Promise<ViewerSight>;
  close(): Promise<void>;
}
