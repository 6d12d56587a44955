/**
 * Admission of BMCSecrets: one that is immutable keeps its values and stays immutable.
 * *Source*: upstream's bmcsecret webhook, its three messages word by word.
 */
import { isDeepStrictEqual } from 'node:util';
import { BMCSecret } from '../metal/v1alpha1/bmcsecret.js';
import type { AdmissionRule, FieldProblem, Validate } from './types.js';

const validate: Validate<BMCSecret> = async (operation, before, after) => {
  if (operation !== 'UPDATE' || before?.immutable !== true || after === undefined) return [];
  return [
    ...(after.immutable === true ? [] : [refused('immutable', 'immutable field cannot be changed from true to false')]),
    ...(same(before.data, after.data) ? [] : [refused('data', 'data field is immutable and cannot be updated')]),
    ...(same(before.stringData, after.stringData)
      ? []
      : [refused('stringData', 'stringData field is immutable and cannot be updated')]),
  ];
};

/** Absent and empty are the same to a reader. */
const same = (a: object | undefined, b: object | undefined): boolean => isDeepStrictEqual(a ?? {}, b ?? {});
const refused = (path: string, message: string): FieldProblem => ({ path, type: 'Forbidden', message });

export const bmcSecretRule: AdmissionRule<BMCSecret> = { kind: BMCSecret, operations: ['UPDATE'], validate };
