/** Content negotiation: which of JSON, YAML, Table, partial metadata or discovery a client asks for. */
import { notAcceptable } from '../status.js';

export interface Wanted {
  readonly format: 'json' | 'yaml';
  /** `Table`, `PartialObjectMetadata`, `PartialObjectMetadataList`, `APIGroupDiscoveryList`, or the object itself. */
  readonly as: string | undefined;
  readonly version: string;
}

const PLAIN: Wanted = { format: 'json', as: undefined, version: '' };
const META_KINDS = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);

interface Range {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** Choose for an `Accept` header. `forDiscovery` paths know other transformations. @throws StatusError 406 */
export function negotiate(header: string | undefined, forDiscovery = false): Wanted {
  if (header === undefined || header.trim() === '') return PLAIN;
  const ranges = header
    .split(',')
    .map(parseRange)
    .filter((range) => range.quality > 0);
  for (const range of ranges.sort((a, b) => b.quality - a.quality)) {
    const wanted = accept(range, forDiscovery);
    if (wanted !== undefined) return wanted;
  }
  throw notAcceptable();
}

function parseRange(text: string): Range {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = new Map(
    rest.map((part) => {
      const [key = '', value = ''] = part.split('=');
      return [key.trim().toLowerCase(), value.trim()] as const;
    }),
  );
  return { type: type.toLowerCase(), parameters, quality: Number(parameters.get('q') ?? 1) };
}

function accept({ type, parameters }: Range, forDiscovery: boolean): Wanted | undefined {
  const format = formatOf(type);
  if (format === undefined) return undefined;
  const as = parameters.get('as');
  if (as === undefined) return { ...PLAIN, format };
  const group = parameters.get('g');
  const version = parameters.get('v') ?? '';
  if (forDiscovery) {
    return group === 'apidiscovery.k8s.io' && version === 'v2' && as === 'APIGroupDiscoveryList'
      ? { format, as, version }
      : undefined;
  }
  const isKnown = group === 'meta.k8s.io' && (version === 'v1' || version === 'v1beta1') && META_KINDS.has(as);
  return isKnown ? { format, as, version } : undefined;
}

function formatOf(type: string): Wanted['format'] | undefined {
  if (type === 'application/json' || type === 'application/*' || type === '*/*') return 'json';
  return type === 'application/yaml' ? 'yaml' : undefined;
}
