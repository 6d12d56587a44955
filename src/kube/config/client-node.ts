/**
 * Of client-node what metalctl uses: its reader of kubeconfigs. Named here, so that the bundle holds this and not the three
 * megabytes of generated models that the package's index brings along.
 */
export { KubeConfig } from '@kubernetes/client-node';
