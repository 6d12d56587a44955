/** The claim view without a terminal: rows, a state, keys, and the frame as a person reads it. */
import {
  type ClaimEvent,
  type ClaimState,
  initialClaim,
  reduceClaim,
  type ServerRow,
} from '../../../../src/ui/claim/model.js';
import { drawClaim } from '../../../../src/ui/claim/view.js';

export const aRow = (name: string, more: Partial<ServerRow> = {}): ServerRow => ({
  name,
  isFree: true,
  status: 'ready',
  model: 'Dell R660',
  cores: 64,
  memory: '512Gi',
  disks: '2N 7.0Ti',
  where: 'r12/u18',
  power: 'Off',
  gates: [{ text: 'not cordoned', isOpen: true }],
  ...more,
});

export const rows = [
  aRow('fra-8xk2m04-system-0'),
  aRow('fra-8xk2m14-system-0', { where: 'r12/u19' }),
  aRow('node031-ap048-system-0', {
    isFree: false,
    status: 'taint',
    model: 'HPE DL380',
    gates: [{ text: 'taint hw/nic-fault:NoBind', isOpen: false }],
  }),
];

export const start = (columns: number, lines: number, more: Partial<ClaimState> = {}): ClaimState => ({
  ...initialClaim({
    look: { columns, rows: lines, ascii: false },
    claim: 'db/db-07',
    image: 'ghcr.io/acme/os:2026.3',
    ignition: 'db.ign',
    power: 'On',
  }),
  ...more,
});
export const loaded: ClaimEvent = { type: 'servers', rows, funnel: '3 servers > 2 claimable' };
export const play = (state: ClaimState, ...keys: string[]): ClaimState =>
  keys.reduce((now, key) => reduceClaim(now, { type: 'press', press: { key } }), reduceClaim(state, loaded));
export const frame = (state: ClaimState): string =>
  drawClaim(state)
    .map((text) => text.trimEnd())
    .join('\n');
