/** The string formats a Kubernetes API server checks (k8s.io/apiextensions-apiserver, pkg/apiserver/validation/formats). */
import { isIPv4, isIPv6 } from 'node:net';

const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const LABEL = /^[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?$/;
const UUID = (version: string, variant: string) =>
  new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`, 'i');

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > (MONTH_DAYS[month - 1] ?? 0)) return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

function isDateTime(text: string): boolean {
  const match = /^(\d{4}-\d\d-\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) return false;
  return isDate(match[1] ?? '') && Number(match[2]) < 24 && Number(match[3]) < 60 && Number(match[4]) <= 60;
}

const GO_DURATION = /^[-+]?(0|(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))*$/;
const ISO_DURATION = /^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/;
const WORD_DURATION =
  /^(\d+\s*(ns|us|ms|s|m|h|d|w|nanoseconds?|microseconds?|milliseconds?|seconds?|minutes?|hours?|days?|weeks?)\s*)+$/;

const isDuration = (text: string) => GO_DURATION.test(text) || ISO_DURATION.test(text) || WORD_DURATION.test(text);

function isUri(text: string): boolean {
  try {
    new URL(text);
    return true;
  } catch {
    return text.startsWith('/') && !/\s/.test(text);
  }
}

function isCidr(text: string): boolean {
  const [address = '', bits = '', more] = text.split('/');
  if (more !== undefined || !/^\d{1,3}$/.test(bits)) return false;
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128);
}

const isHostname = (text: string) =>
  text.length > 0 &&
  text.length <= 255 &&
  text
    .replace(/\.$/, '')
    .split('.')
    .every((label) => LABEL.test(label));

const isBase64 = (text: string) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
const isMac = (text: string) =>
  [6, 8, 20].some((bytes) =>
    new RegExp(`^[0-9a-f]{2}([:-])([0-9a-f]{2}\\1){${bytes - 2}}[0-9a-f]{2}$`, 'i').test(text),
  ) || /^([0-9a-f]{4}\.){2,3}[0-9a-f]{4}$/i.test(text);

const checks: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': isDateTime,
  datetime: isDateTime,
  date: isDate,
  duration: isDuration,
  email: (text) => /^[^\s@<>]+@[^\s@<>]+$/.test(text),
  hostname: isHostname,
  ipv4: isIPv4,
  ipv6: (text) => isIPv6(text),
  cidr: isCidr,
  mac: isMac,
  uri: isUri,
  uuid: (text) => UUID('[0-9a-f]', '[0-9a-f]').test(text),
  uuid3: (text) => UUID('3', '[0-9a-f]').test(text),
  uuid4: (text) => UUID('4', '[89ab]').test(text),
  uuid5: (text) => UUID('5', '[89ab]').test(text),
  byte: isBase64,
  bsonobjectid: (text) => /^[0-9a-f]{24}$/i.test(text),
  creditcard: (text) => /^\d{13,19}$/.test(text.replace(/[ -]/g, '')),
  ssn: (text) => /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  hexcolor: (text) => /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.test(text),
  rgbcolor: (text) => /^rgb\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*\)$/.test(text),
  isbn: (text) => /^[\dX -]{10,17}$/.test(text),
  isbn10: (text) => /^[\dX -]{10,13}$/.test(text),
  isbn13: (text) => /^[\d -]{13,17}$/.test(text),
  password: () => true,
  'k8s-short-name': (text) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text) && text.length <= 63,
  'k8s-long-name': (text) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text),
};

const NUMERIC = new Set(['int32', 'int64', 'float', 'double']);

/** False when the format is known and the text breaks it. */
export const matchesFormat = (format: string, text: string): boolean => checks[format]?.(text) ?? true;

/** Formats a server recognises; others draw a warning when a CRD is written. */
export const isKnownFormat = (format: string): boolean => format in checks || NUMERIC.has(format);
