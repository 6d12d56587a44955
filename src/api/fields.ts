/** The field types the kinds share: references, quantities, conditions, selectors, and how a schema says what zod cannot. */
import { z } from 'zod';
import type { CelRule } from './define-kind.js';

/** A string with known values that may also take values we do not know yet: the schema stays a plain string. */
export type Open<Known extends string> = Known | (string & {});

/** Schema of an open string: `open<'On' | 'Off'>()`. The known values are in the type only, as upstream has no enum. */
export const open = <Known extends string>(): z.ZodType<Open<Known>, Open<Known>> =>
  z.string() as unknown as z.ZodType<Open<Known>, Open<Known>>;

/**
 * A field the API server fills in when it is absent. Absent-able in TypeScript, because writers leave it out and
 * objects may be older than the default.
 */
export const serverDefault = <S extends z.ZodType>(schema: S, value: z.infer<S>) =>
  schema.optional().meta({ default: value });

/** Attaches CEL rules (`x-kubernetes-validations`), evaluated by the API server in this order. */
export const cel = (...rules: CelRule[]) => ({ 'x-kubernetes-validations': rules });

/**
 * CEL of a field that cannot be changed in place. As a transition rule it is evaluated only where the field existed
 * before and after, so it can still be set from unset and be unset.
 */
export const immutable = (field: string) => cel({ rule: 'self == oldSelf', message: `${field} is immutable` });

/** Reference to an object by name (core/v1 LocalObjectReference). */
export const LocalRef = z
  .object({ name: z.string().default('').describe('Name of the object. An empty name refers to nothing.') })
  .meta({ 'x-kubernetes-map-type': 'atomic' });

/** Reference to a namespaced object. */
export const ObjectRef = z.object({
  namespace: z.string().describe('Namespace of the object.'),
  name: z.string().describe('Name of the object.'),
});

const quantityPattern =
  '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$';

/** Kubernetes quantity: an integer, or a decimal with a suffix (`96Gi`). */
export const Quantity = z.union([z.int(), z.string()]).meta({ pattern: quantityPattern });

/** MAC address with `:` or `-`, any case. */
export const macPattern = /^([0-9A-Fa-f]{2}[:-]){5}([0-9A-Fa-f]{2})$/;

/** RFC 3339 time as the API carries it. Kept as text: offsets and fractions pass, the server checks the format. */
export const Time = z.string().meta({ format: 'date-time' });

/** IP address, v4 or v6 (format `ip`; API servers accept any text for formats they do not know). */
export const IpAddress = z.string().meta({ format: 'ip' });

const conditionType =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$/;
const conditionReason = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;

/** One observation about an object (meta/v1 Condition). */
export const Condition = z
  .object({
    type: z.string().max(316).regex(conditionType).describe('What is observed, in CamelCase.'),
    status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
    reason: z.string().min(1).max(1024).regex(conditionReason).describe('Why, as one CamelCase word for programs.'),
    message: z.string().max(32768).describe('Why, as a sentence for people. May be empty.'),
    lastTransitionTime: Time.describe('When the status last changed its value.'),
    observedGeneration: z.int().min(0).optional().describe('metadata.generation this was observed for.'),
  })
  .describe('One observation about the object.');

/** Conditions as upstream declares them for most kinds: a plain list, replaced as a whole by a merge patch. */
export const Conditions = z.array(Condition);

/** Conditions merged by type under server-side apply. */
export const ConditionMap = z
  .array(Condition)
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] });

const SelectorRequirement = z
  .object({
    key: z.string().describe('Label key.'),
    operator: z.string().describe('In, NotIn, Exists or DoesNotExist.'),
    values: z
      .array(z.string())
      .optional()
      .meta({ 'x-kubernetes-list-type': 'atomic', description: 'Values for In and NotIn; empty for the others.' }),
  })
  .describe('One requirement on a label.');

/** Selection of objects by label (meta/v1 LabelSelector). */
export const LabelSelector = z
  .object({
    matchLabels: z.record(z.string(), z.string()).optional().describe('Labels that must have exactly these values.'),
    matchExpressions: z
      .array(SelectorRequirement)
      .optional()
      .meta({ 'x-kubernetes-list-type': 'atomic', description: 'Requirements that must all hold.' }),
  })
  .meta({ 'x-kubernetes-map-type': 'atomic' });
export type LabelSelector = z.infer<typeof LabelSelector>;

/** A mark on a Server that keeps claims away which do not tolerate it. */
export const Taint = z
  .object({
    key: z.string().min(1).describe('Key of the taint.'),
    value: z.string().optional().describe('Value of the taint.'),
    effect: serverDefault(z.enum(['NoBind', 'Evict']), 'NoBind').describe(
      'What happens to claims without a matching toleration: NoBind keeps new ones off, Evict also ends bound ones.',
    ),
  })
  .describe('A mark that keeps claims away which do not tolerate it.');
export type Taint = z.infer<typeof Taint>;

/** How to speak to a BMC. */
export const Protocol = z.object({
  name: open<'Redfish' | 'RedfishLocal' | 'RedfishWithRegistryPatch'>().describe('Protocol of the BMC: Redfish.'),
  port: z.int32().describe('TCP port of the Redfish service.'),
  scheme: open<'http' | 'https'>().optional().describe('http or https; absent leaves it to the operator.'),
});
