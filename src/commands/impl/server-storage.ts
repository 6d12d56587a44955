/** The storage of a server part by part: what `describe` has in one line for each controller. Pure. */
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { formatBytes, parseQuantity } from '../../lib/quantity.js';
import type { DetailLine } from '../../ui/server/model.js';

type Storages = NonNullable<NonNullable<Server['status']>['storages']>;

/** A line per controller, and below it one per drive and volume; what is Absent is an empty bay. */
export const storageLines = ({ status }: Server): DetailLine[] =>
  (status?.storages ?? []).flatMap(({ name = 'storage', state, drives = [], volumes = [] }) => [
    { text: columns([name, 30], [worthSaying(state), 0]) },
    ...drives.map(driveLine),
    ...volumes.map(volumeLine),
  ]);

const driveLine = ({
  name = '',
  mediaType,
  type,
  capacity,
  vendor,
  model,
  state,
}: NonNullable<Storages[number]['drives']>[number]): DetailLine => ({
  text: columns(
    ['  drive', 9],
    [name, 28],
    [[mediaType, type].filter(Boolean).join(' '), 10],
    [sizeOf(capacity), 8],
    [[vendor, model, worthSaying(state)].filter(Boolean).join('  '), 0],
  ),
});

const volumeLine = ({
  name = '',
  raidType,
  capacity,
  volumeUsage,
  state,
}: NonNullable<Storages[number]['volumes']>[number]): DetailLine => ({
  text: columns(
    ['  volume', 9],
    [name, 28],
    [raidType ?? '', 10],
    [sizeOf(capacity), 8],
    [[volumeUsage, worthSaying(state)].filter(Boolean).join('  '), 0],
  ),
});

const columns = (...cells: readonly (readonly [text: string, width: number])[]): string =>
  cells
    .map(([text, width]) => text.padEnd(width))
    .join(' ')
    .trimEnd();

/** `Enabled` is what everybody expects. */
const worthSaying = (state: string | undefined): string => (state === undefined || state === 'Enabled' ? '' : state);

function sizeOf(capacity: string | number | undefined): string {
  const bytes = capacity === undefined ? undefined : parseQuantity(capacity);
  return bytes === undefined ? String(capacity ?? '') : formatBytes(bytes);
}
