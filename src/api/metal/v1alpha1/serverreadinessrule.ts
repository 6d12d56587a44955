/** ServerReadinessRule: keeps a taint on Servers until their conditions are as required. */
import { z } from 'zod';
import { defineKind } from '../../define-kind.js';
import { ConditionMap, cel, immutable, LabelSelector, Taint } from '../../fields.js';
import type { ObjectOf } from '../../kind.js';
import { metalGroup } from './group.js';

const ConditionRequirement = z
  .object({
    type: z.string().min(1).max(316).describe('Type of the Server condition.'),
    requiredStatus: z.enum(['True', 'False', 'Unknown']).describe('Status it must have.'),
  })
  .describe('One condition a Server must have.');

/** A value may be added to the taint later; what is there cannot change. */
const fixedOnceSet = (field: 'key' | 'effect' | 'value') => ({
  rule: `!has(oldSelf.${field}) || self.${field} == oldSelf.${field}`,
  message: `taint ${field} is immutable`,
});

export const ServerReadinessRuleSpec = z
  .object({
    conditions: z
      .array(ConditionRequirement)
      .min(1)
      .max(32)
      .meta({
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['type'],
        ...immutable('conditions'),
        description: 'Conditions a Server must have to lose the taint.',
      }),
    enforcementMode: z.enum(['BootstrapOnly', 'Continuous']).meta({
      ...immutable('enforcementMode'),
      description: 'BootstrapOnly lifts the taint once and for good; Continuous brings it back when conditions fail.',
    }),
    taint: Taint.meta({
      ...cel(
        { rule: 'self.key.size() <= 253', message: 'taint key length must be at most 253 characters' },
        fixedOnceSet('key'),
        fixedOnceSet('effect'),
        fixedOnceSet('value'),
      ),
      description: 'Taint that is kept on Servers that are not ready.',
    }),
    serverSelector: LabelSelector.meta({
      ...immutable('serverSelector'),
      description: 'Servers the rule is for; empty is all.',
    }),
  })
  .describe('When a Server is ready.');

export const ServerReadinessRuleStatus = z
  .object({ conditions: ConditionMap.optional().describe('Observations about the rule.') })
  .describe('What is observed about the rule.');

/** ServerReadinessRule, cluster-scoped. Upstream gives it no short name and no column. */
export const ServerReadinessRule = defineKind({
  ...metalGroup,
  kind: 'ServerReadinessRule',
  plural: 'serverreadinessrules',
  scope: 'Cluster',
  summary: 'ServerReadinessRule keeps a taint on Servers until their conditions are as required.',
  spec: ServerReadinessRuleSpec,
  status: ServerReadinessRuleStatus,
  specRequired: true,
  columns: [],
});
export type ServerReadinessRule = ObjectOf<typeof ServerReadinessRule>;
