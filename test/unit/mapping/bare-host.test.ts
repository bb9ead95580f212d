import { describe, expect, it } from 'vitest';
import { bareHost } from '../../../worker/mapping/bare-host.ts';

describe('bareHost', () => {
  it.each([
    ['https://www.Clinic.example/a?b#c', 'clinic.example'],
    ['http://clinic.example', 'clinic.example'],
    ['clinic.example/', 'clinic.example'],
    ['//clinic.example:8443', 'clinic.example'],
    ['https://www.co.uk', 'co.uk'],
    ['https://www.example', 'www.example'],
    ['https://münchen.example', 'xn--mnchen-3ya.example'],
    ['not a url', null],
    ['', null],
    ['localhost', null],
  ])('of %j is %j', (address, host) => {
    expect(bareHost(address)).toBe(host);
  });
});
