/** Documents of commands that explain the program and its settings. */
import { any, boolean, doc, list, number, object, text } from './schema.js';

export const explaining = {
  Version: doc('Versions of client and server.', {
    client: object({ version: text, 'node?': text, 'reconcilers?': text }),
    'server?': any,
  }),
  ExitCodes: doc('Every exit code.', { codes: list(object({ code: number, name: text, when: text })) }),
  ErrorCodes: doc('Every error code.', { codes: list(object({ code: text, exit: number, sentence: text })) }),
  ErrorCode: doc('One error code.', { code: text, exit: number, exitName: text, sentence: text, hint: text }),
  Flags: doc('Flags of every command.', {
    flags: list(object({ flag: text, environment: text, meaning: text })),
  }),
  States: doc('Every state.', { states: list(object({ name: text, 'meaning?': text })) }),
  State: doc('One state.', { name: text, 'meaning?': text, enters: list(text), leaves: list(text) }),
  Explanation: doc('A kind or a field.', {
    of: text,
    'type?': text,
    'description?': text,
    'fields?': list(object({ name: text, 'type?': text, 'isRequired?': boolean, 'description?': text })),
  }),
  APIResources: doc('Kinds the cluster serves.', {
    resources: list(
      object({
        name: text,
        'shortNames?': list(text),
        'groupVersion?': text,
        'namespaced?': boolean,
        kind: text,
        'installed?': boolean,
      }),
    ),
  }),
  ResolvedConfig: doc('Settings and where they come from.', {
    settings: list(object({ flag: text, 'value?': any, source: text })),
  }),
  Profiles: doc('Profiles of the config.', { profiles: list(any) }),
  Plugins: doc('Programs that extend metalctl.', { plugins: list(any) }),
} as const;
