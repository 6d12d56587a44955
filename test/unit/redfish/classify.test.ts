/** Status and MessageId to class and code, and foreign words on their way to people. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { classifyAnswer } from '../../../src/redfish/classify.js';
import { messagesOf, sentenceOf } from '../../../src/redfish/messages.js';
import { extended } from './tiny-bmc.js';

const about = { doing: 'reading /x', context: { bmc: 'b' }, mutating: false };

describe('classification of answers', () => {
  const table: [number, string | undefined, string][] = [
    [400, 'PropertyValueNotInList', 'permanent BMC_REFUSED'],
    [400, 'SYS518', 'transient BMC_BUSY'],
    [400, 'UnableToModifyDuringSystemPOST', 'transient BMC_BUSY'],
    [400, 'SessionLimitExceeded', 'transient BMC_SESSION_LIMIT'],
    [401, undefined, 'permanent BMC_AUTH_FAILED'],
    [403, undefined, 'permanent BMC_FORBIDDEN'],
    [403, 'PasswordChangeRequired', 'permanent BMC_PASSWORD_CHANGE_REQUIRED'],
    [404, undefined, 'permanent BMC_NOT_FOUND'],
    [405, undefined, 'permanent BMC_REFUSED'],
    [408, undefined, 'transient BMC_TIMEOUT'],
    [409, undefined, 'conflict BMC_CONFLICT'],
    [409, 'ActionParameterValueConflict', 'transient BMC_BUSY'],
    [410, undefined, 'permanent BMC_NOT_FOUND'],
    [412, undefined, 'conflict BMC_CONFLICT'],
    [429, undefined, 'transient BMC_BUSY'],
    [500, undefined, 'transient BMC_ERROR'],
    [501, undefined, 'permanent BMC_REFUSED'],
    [503, undefined, 'transient BMC_BUSY'],
    [503, 'RAC0218', 'transient BMC_SESSION_LIMIT'],
    [507, undefined, 'transient BMC_ERROR'],
    [599, undefined, 'transient BMC_ERROR'],
    [302, undefined, 'transient BMC_BAD_RESPONSE'],
  ];
  for (const [status, key, expected] of table) {
    it(`HTTP ${status} ${key ?? ''} is ${expected}`, () => {
      const error = classifyAnswer({ status, messages: key === undefined ? [] : messagesOf(extended(key)) }, about);
      assert.equal(`${error.class} ${error.code}`, expected);
      assert.equal(error.context.status, status);
    });
  }

  it('passes the words and the resolution of the BMC on', () => {
    const body = extended('PropertyValueNotInList', 'The value %1 is not allowed.', {
      MessageArgs: ['Continuous'],
      Resolution: 'Choose a value from the list.',
    });
    const error = classifyAnswer({ status: 400, messages: messagesOf(body) }, about);
    assert.equal(error.why, 'HTTP 400 PropertyValueNotInList: The value Continuous is not allowed.');
    assert.deepEqual(error.hints, ['Choose a value from the list.']);
  });
});

describe('messages of a BMC', () => {
  it('are found in every shape of the field', () => {
    const message = { MessageId: 'Base.1.8.X', Message: 'words' };
    const shapes = [
      { error: { '@Message.ExtendedInfo': [message] } },
      { error: { '@Message.ExtendedInfo': message } },
      { '@Message.ExtendedInfo': [message] },
      { 'Boot@Message.ExtendedInfo': [message] },
      { error: { code: 'Base.1.8.X', message: 'words' } },
      { error: { code: 'Base.1.8.X', message: 'words', '@Message.ExtendedInfo': [{ MessageId: 'Base.1.8.X' }] } },
    ];
    for (const shape of shapes) assert.equal(sentenceOf(messagesOf(shape)), 'X: words', JSON.stringify(shape));
    for (const odd of [undefined, null, [], 'x', { error: 5 }, { error: { '@Message.ExtendedInfo': [null, 7] } }]) {
      assert.doesNotThrow(() => messagesOf(odd));
    }
  });

  it('drive no terminal and fill no log', () => {
    const evil = `\u001b[2J\u001b]0;title\u0007\r\nnext\u202e${'x'.repeat(5000)}`;
    const sentence = sentenceOf(messagesOf(extended('X', evil))) ?? '';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    assert.doesNotMatch(sentence, /[\u0000-\u001f\u007f-\u009f\u202e]/);
    assert.ok(sentence.length < 1100);
  });
});
