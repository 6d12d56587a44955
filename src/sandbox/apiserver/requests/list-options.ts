/** The query parameters of lists and watches, and their rules (k8s.io/apimachinery ListOptions validation). */
import { forbiddenField, notSupported } from '../field-errors.js';
import { badRequest, type FieldError, invalid } from '../status.js';

export interface ListOptions {
  readonly resourceVersion: string;
  readonly match: string;
  readonly limit: number;
  readonly continue: string;
  readonly allowBookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
  readonly timeoutSeconds: number | undefined;
}

const isTrue = (text: string | null) => text !== 'false' && text !== '0';

/** Read them. @throws StatusError 400 for numbers that are none */
export function listOptions(query: URLSearchParams): ListOptions {
  const initial = query.get('sendInitialEvents');
  const timeout = query.get('timeoutSeconds');
  return {
    resourceVersion: query.get('resourceVersion') ?? '',
    match: query.get('resourceVersionMatch') ?? '',
    limit: integer(query.get('limit')),
    continue: query.get('continue') ?? '',
    allowBookmarks: query.has('allowWatchBookmarks') && isTrue(query.get('allowWatchBookmarks')),
    sendInitialEvents: initial === null ? undefined : isTrue(initial),
    timeoutSeconds: timeout === null ? undefined : integer(timeout),
  };
}

function integer(text: string | null): number {
  if (text === null || text === '') return 0;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** @throws StatusError 422, and 400 for a version that is none */
export function checkListOptions(options: ListOptions, isWatch: boolean): void {
  const errors = isWatch ? watchErrors(options) : listErrors(options);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
  const { resourceVersion } = options;
  if (!isWatch && resourceVersion !== '' && !/^\d+$/.test(resourceVersion)) {
    const shown = JSON.stringify(resourceVersion);
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${shown}: strconv.ParseUint: parsing ${shown}: invalid syntax`,
    );
  }
}

function listErrors(options: ListOptions): FieldError[] {
  const errors: FieldError[] = [];
  const { match, resourceVersion } = options;
  if (options.sendInitialEvents !== undefined) {
    errors.push(forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  if (match === '') return errors;
  const at = 'resourceVersionMatch';
  if (resourceVersion === '')
    errors.push(forbiddenField(at, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  if (options.continue !== '')
    errors.push(forbiddenField(at, 'resourceVersionMatch is forbidden when continue is provided'));
  if (match !== 'Exact' && match !== 'NotOlderThan')
    errors.push(notSupported(at, match, ['Exact', 'NotOlderThan', '']));
  if (match === 'Exact' && resourceVersion === '0') {
    errors.push(forbiddenField(at, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  return errors;
}

function watchErrors({ match, sendInitialEvents }: ListOptions): FieldError[] {
  const at = 'resourceVersionMatch';
  if (sendInitialEvents === undefined) {
    return match === ''
      ? []
      : [forbiddenField(at, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')];
  }
  const errors: FieldError[] = [];
  if (match !== 'NotOlderThan') {
    errors.push(forbiddenField(at, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
    if (match !== '') errors.push(notSupported(at, match, ['NotOlderThan']));
  }
  return errors;
}
