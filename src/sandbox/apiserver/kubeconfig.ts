/** What a client needs to join. Written by hand: the texts in it need no quoting, and a library would be loaded for it. */
const CONTEXT = 'metalctl-sandbox';

/** A kubeconfig with the CA embedded, as YAML. */
export const kubeconfig = (url: string, ca: string, token: string): string => `apiVersion: v1
kind: Config
current-context: ${CONTEXT}
clusters:
  - name: ${CONTEXT}
    cluster:
      server: ${url}
      certificate-authority-data: ${Buffer.from(ca).toString('base64')}
users:
  - name: ${CONTEXT}
    user:
      token: ${JSON.stringify(token)}
contexts:
  - name: ${CONTEXT}
    context:
      cluster: ${CONTEXT}
      user: ${CONTEXT}
`;
