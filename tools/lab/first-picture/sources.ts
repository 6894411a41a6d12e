// What sends the clock into a room, and when its connection began.
import type { TestCloud } from '../../../test/support/cloud.ts';
import { waysOf } from '../../../test/support/ways.ts';
import { ClockSource } from '../../support/clock/clock-source.ts';
import { sendVp8 } from '../matrix/kinds/udp.ts';
import { sendByWhip } from '../matrix/kinds/whip.ts';
import type { ClockPages } from '../matrix/pages.ts';
import type { Row } from './rows.ts';
import { ConnectTap } from './tap.ts';

export interface Source {
  /** Since 1970. */
  readonly connectedMs: number;
  /** Why it has ended by itself; undefined: it goes on, or does not say. */
  endedBy(): string | undefined;
  stop(): Promise<void>;
}

export interface Sending {
  readonly cloud: TestCloud;
  /** Opened when the first row needs a page that publishes. */
  readonly pages: () => Promise<ClockPages>;
}

export interface Spot {
  readonly room: string;
  /** What its pictures say is ahead of the clock by so much: to tell two encoders of one room apart. */
  readonly aheadMs?: number;
}

const region = 'frankfurt';

/** Begins to send. Settles when the connection is made. */
export function beginSource(sending: Sending, row: Row, spot: Spot): Promise<Source> {
  if (row.from === 'whip') return byWhip(sending, spot);
  return row.from === 'udp-vp8' ? byUdp(sending, spot) : byRtmp(sending, row, spot);
}

async function byRtmp({ cloud }: Sending, row: Row, { room, aheadMs = 0 }: Spot): Promise<Source> {
  const { publish } = await waysOf(cloud, region, { room, identity: 'encoder' });
  const tap = await ConnectTap.open(publish?.rtmp.url ?? '');
  const source = new ClockSource([...row.coding, '-flush_packets', '1', '-f', 'flv', tap.url], row.size, aheadMs);
  const stop = async (): Promise<void> => {
    source.stop();
    tap.close();
  };
  return { connectedMs: await tap.connectedMs, endedBy: () => source.endedBy, stop };
}

async function byWhip({ cloud, pages }: Sending, { room }: Spot): Promise<Source> {
  const page = await (await pages()).source(region);
  const ways = await waysOf(cloud, region, { room, identity: 'encoder' });
  const connectedMs = Date.now();
  return { connectedMs, endedBy: () => undefined, stop: await sendByWhip(page, ways) };
}

async function byUdp({ cloud }: Sending, { room }: Spot): Promise<Source> {
  const connectedMs = Date.now();
  const { stop } = await sendVp8({ cloud }, { room, region });
  return { connectedMs, endedBy: () => undefined, stop };
}
