/** Group and version of upstream's core kinds. */
export const metalGroup = { group: 'metal.ironcore.dev', version: 'v1alpha1' } as const;
