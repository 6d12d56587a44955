/** Redfish Event and MetricReport as BMCs post them (DSP0266 §12.5; Event 1.x, MetricReport 1.x), cut to what is counted. */
import { trailingSlashes } from '../../lib/trailing-slashes.js';
import { fieldsOf, parseJson } from '../http.js';

export interface Alert {
  readonly severity: string;
  readonly messageId: string;
  readonly component: string;
}

export interface Reading {
  readonly metricId: string;
  readonly property: string;
  readonly kind: string;
  readonly unit: string;
  readonly value: number;
}

const maxEntries = 256;
const severities = new Set(['OK', 'Warning', 'Critical']);

/** What a label may be: anything else a BMC sends becomes `other`. */
const label = (value: unknown, form: RegExp): string =>
  typeof value === 'string' && form.test(value) ? value : 'other';
const word = /^[\w.:-]{1,64}$/;
const path = /^[\w./#-]{1,160}$/;

/** Alerts of an Event; some BMCs call the list Alerts. @throws SyntaxError */
export function alertsOf(body: string): readonly Alert[] {
  const { Events: events, Alerts: alerts } = fieldsOf(parseJson(body));
  const list = listOf(events).length > 0 ? listOf(events) : listOf(alerts);
  return list.map((event) => {
    const severity = event.MessageSeverity ?? event.Severity;
    return {
      severity: typeof severity === 'string' && severities.has(severity) ? severity : 'other',
      messageId: label(event.MessageId ?? event.EventId, word),
      component: componentOf(event.OriginOfCondition),
    };
  });
}

/** Readings that are numbers, as number or text. @throws SyntaxError */
export function readingsOf(body: string): readonly Reading[] {
  return listOf(fieldsOf(parseJson(body)).MetricValues).flatMap((entry) => {
    const { MetricId: id, MetricProperty: property, MetricValue: raw, MetricValueKind: kind, Units: unit } = entry;
    const value =
      typeof raw === 'number' ? raw : typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : Number.NaN;
    if (!Number.isFinite(value)) return [];
    const metricId = label(id, word);
    const guessed = /temp/i.test(metricId) ? 'Temperature' : 'Gauge';
    return [
      {
        metricId,
        property: label(property, path),
        kind: kind === undefined || kind === '' ? guessed : label(kind, word),
        unit: unit === undefined ? '' : label(unit, /^[\w./%{}-]{0,32}$/),
        value,
      },
    ];
  });
}

function componentOf(origin: unknown): string {
  const uri = typeof origin === 'string' ? origin : fieldsOf(origin)['@odata.id'];
  if (uri === undefined) return 'system';
  return label(typeof uri === 'string' ? uri.replace(trailingSlashes, '').split('/').at(-1) : uri, word);
}

const listOf = (value: unknown): Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.slice(0, maxEntries).map(fieldsOf) : [];
