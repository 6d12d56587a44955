/** The syntax of names, labels and annotations, with the texts of k8s.io/apimachinery's validation package. */

const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL_1123}(\\.${LABEL_1123})*`;

const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`);
const isQualified = whole(QUALIFIED);
const isLabelValue = whole(`(${QUALIFIED})?`);
const isLabel = whole(LABEL_1123);
const isLabel1035 = whole(LABEL_1035);
const isSubdomain = whole(SUBDOMAIN);
const isConfigKey = /^[-._a-zA-Z0-9]+$/;

const examples = (message: string, pattern: string, ...list: string[]) =>
  `${message} (e.g. ${list.map((example) => `'${example}'`).join(',  or ')}, regex used for validation is '${pattern}')`;

const SUBDOMAIN_TEXT = examples(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  SUBDOMAIN,
  'example.com',
);
const LABEL_TEXT = examples(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  LABEL_1123,
  'my-name',
  '123-abc',
);
const LABEL_1035_TEXT = examples(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  LABEL_1035,
  'my-name',
  'abc-123',
);
const QUALIFIED_TEXT = examples(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  QUALIFIED,
  'MyName',
  'my.name',
  '123-abc',
);
const LABEL_VALUE_TEXT = examples(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  `(${QUALIFIED})?`,
  'MyValue',
  'my_value',
  '12345',
);
const CONFIG_KEY_TEXT = examples(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  '[-._a-zA-Z0-9]+',
  'key.name',
  'KEY_NAME',
  'key-name',
);

type Check = (value: string) => string[];

/** Names that only have to be one segment of a path: those of roles and their bindings. */
export const pathSegmentErrors: Check = (value) => {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((part) => value.includes(part)).map((part) => `may not contain '${part}'`);
};

/** Names of most objects. */
export const subdomainErrors: Check = (value) => [
  ...(value.length > 253 ? ['must be no more than 253 characters'] : []),
  ...(isSubdomain.test(value) ? [] : [SUBDOMAIN_TEXT]),
];

/** Names of namespaces. */
export const labelErrors: Check = (value) => {
  if (isSubdomain.test(value) && value.includes('.')) {
    return [...(value.length > 63 ? ['must be no more than 63 characters'] : []), 'must not contain dots'];
  }
  return [
    ...(value.length > 63 ? ['must be no more than 63 characters'] : []),
    ...(isLabel.test(value) ? [] : [LABEL_TEXT]),
  ];
};

/** Names of versions, kinds in lower case, plurals. */
export const label1035Errors: Check = (value) => [
  ...(value.length > 63 ? ['must be no more than 63 characters'] : []),
  ...(isLabel1035.test(value) ? [] : [LABEL_1035_TEXT]),
];

const longPart = (part: string, value: string) =>
  Buffer.byteLength(value) > 63 ? [`${part}must be no more than 63 bytes`] : [];

/** `[prefix/]name`: keys of labels and annotations, finalizers. */
export const labelKeyErrors: Check = (key) => {
  const parts = key.split('/');
  if (parts.length > 2) {
    const text = QUALIFIED_TEXT.replace(/^must/, 'a valid label key must');
    return [`${text} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts.at(-1) ?? '';
  const errors = parts.length === 2 ? prefixErrors(parts[0] ?? '') : [];
  if (name === '') errors.push('name part must be non-empty');
  errors.push(...longPart('name part ', name));
  if (!isQualified.test(name)) errors.push(`name part ${QUALIFIED_TEXT}`);
  return errors;
};

function prefixErrors(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  return subdomainErrors(prefix).map((text) => `prefix part ${text}`);
}

export const labelValueErrors: Check = (value) => [
  ...longPart('', value),
  ...(isLabelValue.test(value) ? [] : [LABEL_VALUE_TEXT]),
];

/** Keys of the data of ConfigMaps and Secrets. */
export const configKeyErrors: Check = (key) => {
  const errors = key.length > 253 ? ['must be no more than 253 characters'] : [];
  if (!isConfigKey.test(key)) errors.push(CONFIG_KEY_TEXT);
  else if (key === '.') errors.push("must not be '.'");
  else if (key === '..') errors.push("must not be '..'");
  else if (key.startsWith('..')) errors.push("must not start with '..'");
  return errors;
};

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const GENERATED_PREFIX = 58;

/** A name made from `generateName`: five characters that spell no words. */
export function generatedName(prefix: string): string {
  let suffix = '';
  for (let count = 0; count < 5; count++) suffix += ALPHABET[Math.floor(Math.random() * ALPHABET.length)];
  return prefix.slice(0, GENERATED_PREFIX) + suffix;
}
