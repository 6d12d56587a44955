/** The functions Kubernetes adds to CEL, those that rules of installed CRDs are likely to use. */
import { isIP } from 'node:net';
import type { Environment } from '@marcbachmann/cel-js';
import { re2 } from './validate.js';

const isUrl = (text: string) => {
  try {
    return new URL(text).protocol !== '';
  } catch {
    return text.startsWith('/');
  }
};

const isSorted = (list: unknown[]) =>
  list.every((item, index) => index === 0 || (list[index - 1] as string) <= (item as string));

const isCidr = (text: string) => {
  const [address = '', bits = ''] = text.split('/');
  return isIP(address) !== 0 && /^\d+$/.test(bits) && Number(bits) <= (isIP(address) === 4 ? 32 : 128);
};

const sum = (list: unknown[]) =>
  list.reduce<bigint | number>((a, b) => (typeof b === 'bigint' ? BigInt(a) + b : Number(a) + Number(b)), 0n);

/** Register the Kubernetes functions; gives the environment back. */
export function registerKubernetesLibrary(environment: Environment): Environment {
  environment.registerFunction('isIP(string): bool', (text: string) => isIP(text) !== 0);
  environment.registerFunction('isCIDR(string): bool', isCidr);
  environment.registerFunction('isURL(string): bool', isUrl);
  environment.registerFunction('list.isSorted(): bool', isSorted);
  environment.registerFunction('list.sum(): dyn', sum);
  environment.registerFunction('string.find(string): string', (text: string, pattern: string) => {
    const matcher = re2(pattern).matcher(text);
    return matcher.find() ? (matcher.group() ?? '') : '';
  });
  return environment;
}
