/**
 * Identify light and boot order, kept as the spec wants them where a machine is at rest. What was asked for is
 * remembered until the machine shows it, so that a BMC that shows it late, in other words or never is asked once; a
 * change from outside is put right again.
 * Source  upstream §8.7 step 4, §8.11; §15: only BootOrder is sent, so that a pending network boot stays.
 */
import { ownAnnotations, type Server } from '../../api/metal/v1alpha1/index.js';
import { isEqual } from '../../lib/merge-patch.js';
import type { IndicatorState } from '../../ports/bmc.js';
import { type Effect, patchSelf } from '../effects.js';
import { readJson } from './intent.js';
import type { Machine } from './reader.js';

/** What was asked for, and what the machine showed then. */
interface Asked<T> {
  readonly asked: T;
  readonly shown: T | null;
}

/** What light and boot order lack: nothing when both are as wanted, or asked for and not shown yet. */
export const upkeep = (server: Server, machine: Machine): Effect[] => [
  ...light(server, machine),
  ...bootOrder(server, machine),
];

const lights: readonly string[] = ['Lit', 'Blinking', 'Off'] satisfies IndicatorState[];
const isLight = (value: string | undefined): value is IndicatorState => value !== undefined && lights.includes(value);

/** `Unknown` in the spec is a report and no wish. */
function light(server: Server, { access, uri, system }: Machine): Effect[] {
  const wanted = server.spec?.indicatorLED;
  if (!isLight(wanted)) return forget(server, ownAnnotations.indicatorAsked);
  const guard = toAsk(server, ownAnnotations.indicatorAsked, wanted, system.indicatorLED);
  if (!('intent' in guard)) return guard.instead;
  return [{ do: 'setIndicator', access, system: uri, to: wanted, ...guard }];
}

function bootOrder(server: Server, { access, uri, system }: Machine): Effect[] {
  const order = wantedOrder(server);
  if (order.length === 0) return forget(server, ownAnnotations.bootOrderAsked);
  const guard = toAsk(server, ownAnnotations.bootOrderAsked, order, system.bootOrder);
  if (!('intent' in guard)) return guard.instead;
  return [{ do: 'setBootOrder', access, system: uri, order, ...guard }];
}

const wantedOrder = ({ spec }: Server): readonly string[] =>
  [...(spec?.bootOrder ?? [])].sort((a, b) => a.priority - b.priority).map(({ device }) => device);

type Guard = { intent: Record<string, unknown>; withdraw: Record<string, unknown>; refuse: Record<string, unknown> };

/** The memory to write before asking; or, where nothing is to be asked, what to do instead. */
function toAsk<T>(
  server: Server,
  key: string,
  wanted: T,
  shown: T | string | undefined,
): Guard | { instead: Effect[] } {
  if (isEqual(wanted, shown)) return { instead: forget(server, key) };
  const memory = { asked: wanted, shown: shown ?? null };
  const last = readJson<Asked<T>>(server, key);
  if (isEqual(last?.asked, wanted) && (isEqual(last, memory) || isNearly(wanted, shown))) return { instead: [] };
  const intent = patchOf(key, JSON.stringify(memory));
  return { intent, withdraw: patchOf(key, null), refuse: intent };
}

/** BMCs that know only on and off show a blinking light as lit. */
const isNearly = (wanted: unknown, shown: unknown): boolean => wanted === 'Blinking' && shown === 'Lit';

const patchOf = (key: string, value: string | null): Record<string, unknown> => ({
  metadata: { annotations: { [key]: value } },
});

/** It is as wanted, or nobody wants anything any more. */
const forget = (server: Server, key: string): Effect[] =>
  server.metadata.annotations?.[key] === undefined ? [] : [patchSelf(patchOf(key, null))];
