import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../worker/twenty/classify.ts';
import type { GraphqlFault, Reply } from '../../../worker/twenty/transport.ts';

function answer(status: number, more: Partial<Extract<Reply, { kind: 'answer' }>> = {}): Reply {
  return { kind: 'answer', status, data: null, faults: [], text: '', retryAfter: null, ...more };
}

function fault(message: string, more: Partial<GraphqlFault> = {}): Reply {
  const whole = {
    message,
    code: 'BAD_USER_INPUT',
    subCode: undefined,
    conflictingRecordId: undefined,
    details: null,
  };
  return answer(200, { faults: [{ ...whole, ...more }] });
}

describe('classify', () => {
  it('takes an answer with data and without errors', () => {
    expect(classify(answer(200, { data: { companies: [] } }))).toEqual({
      kind: 'ok',
      data: { companies: [] },
    });
  });

  it('reads limit and window from the refusal of the limiter', () => {
    const refused = fault('Limit reached (7 tokens per 30000 ms)', { subCode: 'LIMIT_REACHED' });
    expect(classify(refused)).toEqual({ kind: 'limited', limit: 7, windowMs: 30_000 });
  });

  it.each([
    [429, 'no'],
    [500, 'maybe'],
    [502, 'maybe'],
    [503, 'maybe'],
    [504, 'maybe'],
  ])('tries HTTP %i again; written: %s', (status, written) => {
    expect(classify(answer(status))).toEqual({ kind: 'transient', written, code: `HTTP_${status}` });
  });

  it('tells a request that never left from one that may have arrived', () => {
    const refused = { kind: 'failure', sent: 'no', code: 'ECONNREFUSED' } as const;
    expect(classify(refused)).toEqual({ kind: 'transient', written: 'no', code: 'ECONNREFUSED' });
    const reset = { kind: 'failure', sent: 'maybe', code: 'ECONNRESET' } as const;
    expect(classify(reset)).toEqual({ kind: 'transient', written: 'maybe', code: 'ECONNRESET' });
  });

  it('knows a body that is too large by the text of the 500, or because it was never sent', () => {
    const tooLarge = { kind: 'refused', certain: true, refusal: { reason: 'too-large' } };
    expect(classify(answer(500, { text: 'request entity too large' }))).toMatchObject(tooLarge);
    expect(classify(answer(413))).toMatchObject(tooLarge);
    expect(classify({ kind: 'too-large' })).toMatchObject(tooLarge);
  });

  it.each([
    ['UNAUTHENTICATED', 'Token invalid.', undefined, 'TWENTY_AUTH'],
    ['FORBIDDEN', 'This API Key is revoked', 'FORBIDDEN_EXCEPTION', 'TWENTY_AUTH'],
    [
      'FORBIDDEN',
      'Entity performing the request does not have permission',
      'PERMISSION_DENIED',
      'TWENTY_PERMISSION',
    ],
    [
      'INTERNAL_SERVER_ERROR',
      'Entity performing the request does not have permission',
      undefined,
      'TWENTY_PERMISSION',
    ],
    [
      'GRAPHQL_VALIDATION_FAILED',
      'Cannot query field "nope" on type "Query".',
      undefined,
      'TWENTY_INCOMPATIBLE',
    ],
    [
      'BAD_USER_INPUT',
      'Object company doesn\'t have any "nope" field.',
      'INVALID_ARGS_DATA',
      'TWENTY_INCOMPATIBLE',
    ],
  ])('stops on %s "%s"', (code, message, subCode, expected) => {
    expect(classify(fault(message, { code, subCode }))).toMatchObject({
      kind: 'fatal',
      error: { code: expected },
    });
  });

  it('stops at an address that is not Twenty, and at a certificate that does not hold', () => {
    expect(classify(answer(404))).toMatchObject({ kind: 'fatal', error: { code: 'TWENTY_PROTOCOL' } });
    expect(classify(answer(301))).toMatchObject({ kind: 'fatal', error: { code: 'TWENTY_PROTOCOL' } });
    expect(classify(answer(401))).toMatchObject({ kind: 'fatal', error: { code: 'TWENTY_AUTH' } });
    const certificate = { kind: 'failure', sent: 'maybe', code: 'CERT_HAS_EXPIRED' } as const;
    expect(classify(certificate)).toMatchObject({ kind: 'fatal', error: { code: 'TWENTY_UNREACHABLE' } });
  });

  it('is certain that a failed statement wrote nothing, and not of any other crash', () => {
    const code = 'INTERNAL_SERVER_ERROR';
    const unclassified = { kind: 'refused', refusal: { reason: 'unclassified' } };
    expect(classify(fault('Data validation error.', { code }))).toMatchObject({
      ...unclassified,
      certain: true,
    });
    expect(classify(fault('Cannot read properties of null', { code }))).toMatchObject({
      ...unclassified,
      certain: false,
    });
    expect(classify(fault('Query read timeout', { code }))).toMatchObject({
      kind: 'transient',
      written: 'maybe',
    });
  });

  it.each([
    ['Invalid value "x" for field "stage". Valid values are: NEW', 'stage'],
    ['null value in column "stage" of relation "opportunity" violates not-null constraint', 'stage'],
    ['Invalid string value \'x\' for email field "emails.primaryEmail"', 'emails.primaryEmail'],
    ['Invalid value \'field "fake"\' for date-time field "closeDate". Expected format: \'Z\'', 'closeDate'],
    ['Provided phone number is invalid abc', undefined],
  ])('finds the field that is named in: %s', (message, field) => {
    const verdict = classify(fault(message));
    expect(verdict.kind === 'refused' && verdict.refusal.field).toBe(field);
  });

  it('lets no value through, whatever it is', () => {
    const value = fc.string({ minLength: 6 }).filter((text) => !/^[A-Za-z0-9_.]+$/.test(text));
    fc.assert(
      fc.property(value, (text) => {
        const messages = [
          `Invalid value "${text}" for field "stage"`,
          `Provided phone number is invalid ${text}`,
          `Invalid UUID value '${text}' for field "companyId"`,
          text,
        ];
        for (const message of messages) {
          const verdict = classify(fault(message));
          const shown = verdict.kind === 'fatal' ? verdict.error.message : JSON.stringify(verdict);
          expect(shown).not.toContain(text);
        }
      }),
    );
  });
});
