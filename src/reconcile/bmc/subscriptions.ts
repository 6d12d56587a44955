/**
 * Step 3: what the BMC has to tell comes to us: one subscription for each kind, ours and to the address of now.
 * Reads   its subscriptions, as seldom as the manager's details.
 * Asks    what is ours and leads elsewhere, or is there twice, to go; what is missing to be made. An intent names the
 *         time of asking, so that a BMC that takes no such subscription is not asked on every visit.
 * Source  upstream §6.2 step 11; §15: subscriptions lost by a reset are made again, a BMC without an event service is
 *         none to fail over, and they are taken off when the BMC object goes. R-BMC-17.
 */
import { type BMC, finalizers, ownAnnotations } from '../../api/metal/v1alpha1/index.js';
import { isMetalError } from '../../errors/classes.js';
import { effectivePatch } from '../../lib/merge-patch.js';
import type { SubscriptionInfo } from '../../ports/bmc.js';
import { accessToBmc } from '../access.js';
import { type Effect, patchSelf, warn } from '../effects.js';
import { timestamp } from '../runtime/conditions.js';
import { type Decision, rest, stay } from '../runtime/decision.js';
import type { BmcInput } from './machine.js';

const formats = ['Event', 'MetricReport'] as const;
type Format = (typeof formats)[number];

/** Upstream's fields, so that either operator finds what the other made. */
const links = { Event: 'eventsSubscriptionLink', MetricReport: 'metricsReportSubscriptionLink' } as const;

/** What a BMC refused or lost is asked for again after this long. */
const askAgainMs = 6 * 3_600_000;
/** Spacing of looks at a BMC that does not answer, while its object waits to be deleted. */
const graceLookMs = 60_000;

const contextOf = ({ metadata }: BMC): string => `metalctl:${metadata.name}`;

export async function subscribe(input: BmcInput): Promise<Decision | undefined> {
  const { bmc, settings } = input;
  if (settings.eventUrl === undefined) return undefined;
  const present = bmc.metadata.finalizers ?? [];
  if (!present.includes(finalizers.bmc)) {
    const effects = [patchSelf({ metadata: { finalizers: [...present, finalizers.bmc] } })];
    return stay('AddingFinalizer', { effects, recheckMs: 1 });
  }
  const all = await known(input, settings.managerMaxAgeMs);
  if (all === undefined) return undefined;
  // One kind at a time: each writes the memory of both.
  const effects = formats.map((format) => arranged(format, all, input)).find(({ length }) => length > 0);
  if (effects !== undefined) return rest('Connected', { message: 'BMC is connected', effects, recheckMs: 1 });
  return record(all, input);
}

/** Undefined where the BMC has no event service, or none that is switched on. */
async function known(input: BmcInput, maxAgeMs: number): Promise<readonly SubscriptionInfo[] | undefined> {
  try {
    return await input.read.bmc(accessToBmc(input.bmc, input)).subscriptions(maxAgeMs);
  } catch (error) {
    if (isMetalError(error) && (error.code === 'BMC_UNSUPPORTED' || error.code === 'BMC_NOT_FOUND')) return undefined;
    throw error;
  }
}

/** By what we wrote into it, or by the link on the object: upstream's carry a context all operators share. */
const isOurs = (each: SubscriptionInfo, bmc: BMC): boolean =>
  each.context === contextOf(bmc) || formats.some((format) => bmc.status?.[links[format]] === each.uri);

function arranged(format: Format, all: readonly SubscriptionInfo[], input: BmcInput): Effect[] {
  const { bmc, settings } = input;
  const destination = settings.eventUrl?.(bmc.metadata.name, format) ?? '';
  const ours = all.filter((each) => isOurs(each, bmc) && formatOf(each, bmc) === format);
  const [kept] = ours.filter((each) => each.destination === destination);
  const access = accessToBmc(bmc, input);
  const gone = ours.filter((each) => each !== kept).map(({ uri }): Effect => ({ do: 'unsubscribe', access, uri }));
  return kept === undefined ? [...gone, ...made(format, destination, input)] : gone;
}

/** Some BMCs do not tell the format of a subscription; the link on the object does. */
const formatOf = ({ format, uri }: SubscriptionInfo, { status }: BMC): string =>
  format ?? (status?.[links.MetricReport] === uri ? 'MetricReport' : 'Event');

type Asked = Partial<Record<Format, string>>;

function askedOf({ metadata }: BMC): Asked {
  try {
    return JSON.parse(metadata.annotations?.[ownAnnotations.subscriptionsAsked] ?? '{}') as Asked;
  } catch {
    return {};
  }
}

function noting(asked: Asked): Record<string, unknown> {
  const value = Object.keys(asked).length === 0 ? null : JSON.stringify(asked);
  return { metadata: { annotations: { [ownAnnotations.subscriptionsAsked]: value } } };
}

function made(format: Format, destination: string, input: BmcInput): Effect[] {
  const { bmc, now } = input;
  const asked = askedOf(bmc);
  const before = Date.parse(asked[format] ?? '');
  if (now.getTime() - before < askAgainMs) return [];
  const intent = { [format]: timestamp(now) };
  return [
    {
      do: 'subscribe',
      access: accessToBmc(bmc, input),
      subscription: { destination, context: contextOf(bmc), format },
      intent: noting({ ...asked, ...intent }),
      withdraw: noting(asked),
      refuse: noting({ ...asked, ...intent }),
    },
  ];
}

/** The links, as upstream keeps them; what is there needs no memory of having been asked for. */
function record(all: readonly SubscriptionInfo[], { bmc, settings }: BmcInput): Decision | undefined {
  const asked = askedOf(bmc);
  const there = (format: Format) =>
    all.find((each) => isOurs(each, bmc) && each.destination === settings.eventUrl?.(bmc.metadata.name, format))?.uri;
  const status = Object.fromEntries(formats.map((format) => [links[format], there(format) ?? null]));
  const left = Object.fromEntries(Object.entries(asked).filter(([format]) => there(format as Format) === undefined));
  const effects = Object.keys(left).length === Object.keys(asked).length ? [] : [patchSelf(noting(left))];
  if (effects.length === 0 && effectivePatch(bmc.status ?? {}, status) === undefined) return undefined;
  return rest('Connected', { message: 'BMC is connected', status, effects, recheckMs: 1 });
}

/** The object goes: ours go first. A BMC that does not answer is waited for a while, and then left as it is. */
export async function unsubscribeAll(input: BmcInput): Promise<Decision | undefined> {
  const { bmc } = input;
  const isSubscribed = formats.some((format) => bmc.status?.[links[format]]) || Object.keys(askedOf(bmc)).length > 0;
  if (!isSubscribed) return undefined;
  try {
    const ours = ((await known(input, 0)) ?? []).filter((each) => isOurs(each, bmc));
    if (ours.length === 0) return undefined;
    const access = accessToBmc(bmc, input);
    const effects = ours.map(({ uri }): Effect => ({ do: 'unsubscribe', access, uri }));
    return stay('Unsubscribing', { message: 'Event subscriptions are taken off', effects, recheckMs: 1 });
  } catch (error) {
    return leftBehind(input, error);
  }
}

/** Failures that time does not heal: the object is gone soon, and nobody will mend what it points to. */
const hopeless = new Set(['REFERENCE_MISSING', 'SPEC_INVALID', 'BMC_AUTH_FAILED']);

function leftBehind({ bmc, now, settings }: BmcInput, error: unknown): Decision | undefined {
  if (!isMetalError(error) || error.class === 'conflict') throw error;
  const leftMs = Date.parse(bmc.metadata.deletionTimestamp ?? '') + settings.deletionGraceMs - now.getTime();
  if (leftMs > 0 && !hopeless.has(error.code)) {
    const message = `Event subscriptions are still on the BMC: ${error.message}`;
    return stay('Unsubscribing', { message, recheckMs: Math.min(leftMs, graceLookMs) });
  }
  const others = (bmc.metadata.finalizers ?? []).filter((name) => name !== finalizers.bmc);
  const note = `Event subscriptions were left on the BMC: ${error.message}`;
  return stay('SubscriptionsLeftBehind', {
    message: note,
    effects: [warn('SubscriptionsLeftBehind', 'Delete', note), patchSelf({ metadata: { finalizers: others } })],
  });
}
