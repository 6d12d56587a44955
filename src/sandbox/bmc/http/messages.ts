/**
 * Redfish messages: a cut of the Base registry (DSP8011) and the vendors' own, in our words, and the error bodies made
 * of them. Every failure of the emulator carries `@Message.ExtendedInfo`.
 */
import type { Json, JsonObject } from '../json.js';
import type { Quirks } from '../profile.js';

interface Text {
  readonly text: string;
  readonly severity?: 'OK' | 'Warning' | 'Critical';
  readonly resolution?: string;
}

const texts = {
  Success: { text: 'The request was carried out.', severity: 'OK' },
  Created: { text: 'The resource was created.', severity: 'OK' },
  NoOperation: { text: 'The request changes nothing.', severity: 'Warning' },
  GeneralError: { text: 'The request failed; see the extended information.' },
  InternalError: { text: 'The service failed inside.', resolution: 'Send the request again.' },
  NoValidSession: { text: 'The request needs a session.', resolution: 'Log in first.' },
  ResourceAtUriUnauthorized: {
    text: 'Access to %1 was refused: %2',
    resolution: 'Use a valid user name and password.',
  },
  InsufficientPrivilege: { text: 'The account lacks the privilege for this.' },
  ResourceMissingAtURI: { text: 'There is no resource at %1.', resolution: 'Correct the URI.' },
  OperationNotAllowed: { text: 'The resource does not take this method.' },
  ActionNotSupported: { text: 'The action %1 does not exist here.' },
  ActionParameterMissing: { text: 'The action %1 needs the parameter %2.' },
  ActionParameterUnknown: { text: 'The action %1 has no parameter %2.' },
  ActionParameterNotSupported: { text: 'The parameter %1 cannot be used with %2.' },
  ActionParameterValueNotInList: { text: 'The value %1 of the parameter %2 of %3 is not in the list.' },
  ActionParameterValueConflict: { text: 'The value %2 of the parameter %1 conflicts with the present state.' },
  PropertyUnknown: { text: 'The property %1 does not exist here.', severity: 'Warning' },
  PropertyMissing: { text: 'The property %1 must be in the request.', severity: 'Warning' },
  PropertyNotWritable: { text: 'The property %1 is read-only.', severity: 'Warning' },
  PropertyValueNotInList: { text: 'The value %1 of the property %2 is not in the list.', severity: 'Warning' },
  PropertyValueTypeError: { text: 'The value %1 of the property %2 has the wrong type.', severity: 'Warning' },
  PropertyValueFormatError: { text: 'The value of the property %2 has the wrong form.', severity: 'Warning' },
  PropertyValueOutOfRange: { text: 'The value %1 of the property %2 is out of its range.', severity: 'Warning' },
  PropertyValueConflict: { text: 'The property %1 conflicts with the property %2.', severity: 'Warning' },
  MalformedJSON: { text: 'The body is not valid JSON.' },
  UnrecognizedRequestBody: { text: 'The body is not what this request takes.', severity: 'Warning' },
  EmptyJSON: { text: 'The body is an empty object.', severity: 'Warning' },
  PayloadTooLarge: { text: 'The body is larger than the service accepts.' },
  HeaderInvalid: { text: 'The header %1 is not acceptable.' },
  QueryNotSupportedOnResource: { text: 'This query makes no sense for this resource.', severity: 'Warning' },
  QueryNotSupported: { text: 'The service does not support this query.', severity: 'Warning' },
  QueryParameterOutOfRange: { text: 'The value %1 of the query %2 is out of the range %3.', severity: 'Warning' },
  QueryParameterValueFormatError: { text: 'The value %1 of the query %2 has the wrong form.', severity: 'Warning' },
  PreconditionFailed: { text: 'The ETag given is not that of the resource.' },
  PreconditionRequired: { text: 'The request must carry If-Match.' },
  ResourceInUse: { text: 'The resource is busy.', resolution: 'Try again later.' },
  ResourceAlreadyExists: { text: 'A %1 with %2 = %3 exists already.' },
  ResourceCannotBeDeleted: { text: 'The resource cannot be deleted.' },
  EventSubscriptionLimitExceeded: { text: 'The number of subscriptions is at the limit of the service.' },
  PropertyValueModified: { text: 'The property %2 was given the value %1.', severity: 'Warning' },
  ServiceTemporarilyUnavailable: { text: 'The service is unavailable. Try again in %1 seconds.' },
  SessionLimitExceeded: { text: 'The number of sessions is at the limit of the service.' },
  PasswordChangeRequired: { text: 'The password must be changed before anything else: PATCH %1.' },
  InvalidOperationForSystemState: { text: 'The machine is in the wrong state for this.', severity: 'Warning' },
  UnableToModifyDuringSystemPOST: { text: 'This cannot be changed while the machine is in POST.', severity: 'Warning' },
  OperationSupportedInFutureStateURI: { text: 'The property %1 is written at the future state URI %2.' },
} as const satisfies Record<string, Text>;

export type MessageKey = keyof typeof texts;

/** A message to be sent: a key of the table, or a full MessageId whose last part may be one. */
export interface Message {
  readonly key: MessageKey | (string & {});
  readonly args?: readonly string[];
  /** Replaces the text of the table. */
  readonly text?: string;
  /** Property the message is about, as a JSON pointer: `#/Boot/BootSourceOverrideMode`. */
  readonly property?: string;
}

/** The document form of a message (Message schema), or iLO's, which leaves the text to the registry. */
export function messageBody(quirks: Quirks, message: Message): JsonObject {
  const args = message.args ?? [];
  const id = message.key.includes('.') ? message.key : `${quirks.baseRegistry}.${message.key}`;
  const related = message.property ? { RelatedProperties: [message.property] } : {};
  if (quirks.errors === 'ilo') return { MessageId: id, MessageArgs: [...args], ...related };
  const entry = textOf(message.key);
  const severity = entry?.severity ?? 'Critical';
  return {
    '@odata.type': '#Message.v1_1_1.Message',
    MessageId: id,
    Message: message.text ?? fillIn(entry?.text ?? id, args),
    MessageArgs: [...args],
    Severity: severity,
    MessageSeverity: severity,
    Resolution: entry?.resolution ?? 'None.',
    ...related,
  };
}

const textOf = (key: string): Text | undefined => (texts as Record<string, Text>)[key.split('.').at(-1) ?? key];

const fillIn = (text: string, args: readonly string[]): string =>
  text.replace(/%(\d)/g, (_, n: string) => args[Number(n) - 1] ?? '');

/** An error body with these messages (DSP0266 section 8.6). */
export function errorBody(quirks: Quirks, messages: readonly Message[]): JsonObject {
  const info: Json[] = messages.map((message) => messageBody(quirks, message));
  if (quirks.errors === 'ilo') {
    return {
      error: {
        code: 'iLO.0.10.ExtendedInfo',
        message: 'See @Message.ExtendedInfo for more information.',
        '@Message.ExtendedInfo': info,
      },
    };
  }
  return {
    error: {
      code: `${quirks.baseRegistry}.GeneralError`,
      message: texts.GeneralError.text,
      '@Message.ExtendedInfo': info,
    },
  };
}
