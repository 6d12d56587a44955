/** Constructors of field errors, with the texts of k8s.io/apimachinery's field package. */
import type { FieldError } from './status.js';
import { canonical } from './types.js';

/** A value as it appears in "Invalid value: …"; objects and lists as JSON. */
export const shown = (value: unknown): string => (value === undefined ? 'null' : canonical(value));

export const required = (field: string, detail = ''): FieldError => ({
  reason: 'FieldValueRequired',
  field,
  message: detail === '' ? 'Required value' : `Required value: ${detail}`,
});

export const invalidValue = (field: string, value: unknown, detail: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${shown(value)}: ${detail}`,
});

export const typeInvalid = (field: string, value: unknown, detail: string): FieldError => ({
  ...invalidValue(field, value, detail),
  reason: 'FieldValueTypeInvalid',
});

export const duplicate = (field: string, value: unknown): FieldError => ({
  reason: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${shown(value)}`,
});

export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  reason: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${shown(value)}: supported values: ${supported.map((v) => JSON.stringify(v)).join(', ')}`,
});

export const forbiddenField = (field: string, detail: string): FieldError => ({
  reason: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${detail}`,
});

export const tooLong = (field: string, bytes: number): FieldError => ({
  reason: 'FieldValueTooLong',
  field,
  message: `Too long: may not be more than ${bytes} byte${bytes === 1 ? '' : 's'}`,
});

export const tooMany = (field: string, actual: number, limit: number): FieldError => ({
  reason: 'FieldValueTooMany',
  field,
  message: `Too many: ${actual}: must have at most ${limit} item${limit === 1 ? '' : 's'}`,
});

export const immutable = (field: string, value: unknown): FieldError =>
  invalidValue(field, value, 'field is immutable');
