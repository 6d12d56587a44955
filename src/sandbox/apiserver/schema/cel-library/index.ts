/**
 * The functions that Kubernetes adds to CEL (k8s.io/apiserver, pkg/cel/library), in the form that cel-js takes them.
 * Not there: the authorizer's, comprehensions with two variables, and `ip.isCanonical`, whose name cel-js cannot tell
 * from the function `ip`.
 */
import type { Environment } from '@marcbachmann/cel-js';
import { registerFormats } from './formats.js';
import { registerLists } from './lists.js';
import { registerNetwork } from './network.js';
import { registerQuantity } from './quantity.js';
import { registerSemver } from './semver.js';
import { registerStrings } from './strings.js';
import { registerUrl } from './url.js';

const parts = [
  registerFormats,
  registerLists,
  registerNetwork,
  registerQuantity,
  registerSemver,
  registerStrings,
  registerUrl,
];

/** Register the Kubernetes functions; gives the environment back. */
export function registerKubernetesLibrary(environment: Environment): Environment {
  for (const register of parts) register(environment);
  return environment;
}
