/** Validators of the documents `-o json` prints, from the schemas that are shipped. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { documentSchema } from '../../src/commands/impl/documents/index.js';

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false });
const known = new Map<string, ValidateFunction>();

/** @throws Error when no schema is shipped for the kind */
export function validatorOf(kind: string): ValidateFunction {
  const schema = documentSchema(kind);
  if (schema === undefined) throw new Error(`no schema is shipped for ${kind}`);
  const validate = known.get(kind) ?? ajv.compile(schema);
  known.set(kind, validate);
  return validate;
}

/** What is wrong with a document, in words; empty when it is as its schema says. */
export function faultsOf(document: { readonly kind: string }): string {
  const { kind } = document;
  const validate = validatorOf(kind);
  return validate(document) ? '' : ajv.errorsText(validate.errors, { dataVar: kind });
}
