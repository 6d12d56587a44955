/** Named formats in rules: `!format.dns1123Label().validate(self).hasValue()`; what is wrong comes as a list of sentences. */
import type { Environment } from '@marcbachmann/cel-js';
import { engines } from '../../engines.js';
import {
  label1035Errors,
  labelErrors,
  labelKeyErrors,
  labelValueErrors,
  subdomainErrors,
} from '../../resources/names.js';
import { matchesFormat } from '../formats.js';

type Check = (text: string) => readonly string[];

class Format {
  constructor(readonly check: Check) {}
}

class Formats {}

const prefix =
  (check: Check): Check =>
  (text) =>
    check(text.endsWith('-') ? `${text.slice(0, -1)}a` : text);

const schemaFormat =
  (name: string, why: string): Check =>
  (text) =>
    matchesFormat(name, text) ? [] : [why];

const checks: Readonly<Record<string, Check>> = {
  dns1123Label: labelErrors,
  dns1123Subdomain: subdomainErrors,
  dns1035Label: label1035Errors,
  dns1123LabelPrefix: prefix(labelErrors),
  dns1123SubdomainPrefix: prefix(subdomainErrors),
  dns1035LabelPrefix: prefix(label1035Errors),
  qualifiedName: labelKeyErrors,
  labelValue: labelValueErrors,
  uri: schemaFormat('uri', 'invalid URI'),
  uuid: schemaFormat('uuid', 'does not match the UUID format'),
  byte: schemaFormat('byte', 'invalid base64'),
  date: schemaFormat('date', 'invalid date'),
  datetime: schemaFormat('date-time', 'invalid datetime'),
};

const formats = new Map(Object.entries(checks).map(([name, check]) => [name, new Format(check)]));

export function registerFormats(environment: Environment): void {
  const { Optional: optional } = engines().cel;
  const [type, library] = ['kubernetes.NamedFormat', 'kubernetes.Formats'];
  environment.registerType(type, { ctor: Format, fields: {} });
  environment.registerType(library, { ctor: Formats, fields: {} });
  environment.registerConstant('format', library, new Formats());
  for (const [name, format] of formats) environment.registerFunction(`${library}.${name}(): ${type}`, () => format);
  environment.registerFunction(`${library}.named(string): optional<${type}>`, (_: Formats, name: string) => {
    const format = formats.get(name);
    return format === undefined ? optional.none() : optional.of(format);
  });
  environment.registerFunction(
    `${type}.validate(string): optional<list<string>>`,
    ({ check }: Format, text: string) => {
      const errors = check(text);
      return errors.length === 0 ? optional.none() : optional.of([...errors]);
    },
  );
}
