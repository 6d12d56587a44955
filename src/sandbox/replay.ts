/** Serves recordings over HTTPS with certificates of an authority that is kept, as the sandbox's are. */
import { type Replay, serveRecording } from './bmc/index.js';
import { SandboxFolder } from './files.js';

export interface ReplayUpOptions {
  /** Folder that keeps the authority. */
  readonly dataDir: string;
  /** Port of the first BMC; 0 takes free ones. */
  readonly port?: number;
  /** Without TLS. */
  readonly http?: boolean;
}

/** A running replay; `caFile` is what clients trust. @throws UserError FILE_NOT_FOUND · MANIFEST_INVALID */
export async function replayUp(
  path: string,
  { dataDir, port = 0, http = false }: ReplayUpOptions,
): Promise<Replay & { readonly caFile?: string }> {
  if (http) return serveRecording(path, { port });
  const folder = new SandboxFolder(dataDir);
  await folder.create();
  const authority = await folder.authority();
  const replay = await serveRecording(path, { port, tls: (hosts) => authority.issue({ hosts }) });
  return { ...replay, caFile: folder.ca };
}
