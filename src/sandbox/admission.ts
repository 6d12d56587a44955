/** Upstream's validating webhooks as hooks of the sandbox's API server: the rules of `src/api`, run in process. */
import { type AdmissionReader, type AdmissionRule, admissionRules, type FieldProblem } from '../api/admission/index.js';
import type { KindDef, KubeObject } from '../api/kind.js';
import type { AdmissionHook, AdmissionVerdict, AdmissionReader as ServerReader } from './apiserver/index.js';

/** One hook per rule, named as upstream's webhook: `vendpoint-v1alpha1.kb.io`. */
export const admissionHooks = (): AdmissionHook[] => admissionRules.map(toHook);

const toHook = ({ kind, operations, validate }: AdmissionRule): AdmissionHook => ({
  name: `v${kind.kind.toLowerCase()}-${kind.version}.kb.io`,
  group: kind.group,
  kind: kind.kind,
  operations,
  validate: async (operation, before, after, reader) =>
    toVerdict(operation, await validate(operation, asStored(before), asStored(after), toReader(reader))),
});

/** What the API server stores of these kinds passed their schema: it has kind, version and name. */
const asStored = (object: unknown): KubeObject | undefined => object as KubeObject | undefined;

const toReader = (reader: ServerReader): AdmissionReader => ({
  list: async <T extends KubeObject>({ group, plural }: KindDef<T>) =>
    reader.list(group, plural) as unknown as readonly T[],
});

/** A field error on what is sent, a plain sentence on what is to be deleted: there is no field to correct. */
function toVerdict(operation: string, problems: readonly FieldProblem[]): AdmissionVerdict {
  if (operation === 'DELETE') return problems.length === 0 ? {} : { denied: problems.map(sentence).join(', ') };
  return { errors: problems.map(toFieldError) };
}

const toFieldError = ({ type, path, message }: FieldProblem) => ({
  reason: `FieldValue${type}`,
  field: path,
  message: type === 'Forbidden' ? `Forbidden: ${message}` : message,
});

const sentence = ({ message }: FieldProblem): string => message;
