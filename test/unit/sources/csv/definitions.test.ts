import { join } from 'node:path';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { findDefinitions } from '../../../../worker/sources/csv/definitions/find-definitions.ts';
import { jsonMembers } from '../../../../worker/sources/csv/definitions/json-members.ts';
import { zipOf } from '../../../fixtures/zip.ts';
import { folderOf, openAt, readAll } from './export-folder.ts';

const found = (text: string) => findDefinitions(text).map(({ kind, id, name }) => [kind, id, name]);

describe('definitions', () => {
  it.each<[string, string, unknown]>([
    [
      'lists by kind',
      '{"exported_at": "2024", "workflows": [{"id": 7, "name": "A"}, {"name": "B"}], "templates": [], "automations": [{"id": "x"}]}',
      [
        ['exported_at', 'exported_at', ''],
        ['workflows', '7', 'A'],
        ['workflows', '/workflows/1', 'B'],
        ['automations', 'x', ''],
      ],
    ],
    [
      'lists in a wrapper',
      '{"data": {"workflows": [{"id": 1}], "templates": [{"id": 1}]}}',
      [
        ['workflows', '1', ''],
        ['templates', '1', ''],
      ],
    ],
    [
      'objects by id',
      '{"workflows": {"wf/1": {"name": "A"}, "wf-2": {"trigger": {}}}}',
      [
        ['workflows', 'wf/1', 'A'],
        ['workflows', 'wf-2', ''],
      ],
    ],
    [
      'one list',
      '[{"id": 1, "kind": "email_template"}, {"id": 2, "type": "other"}, 3, [4]]',
      [
        ['email_template', '1', ''],
        ['definitions', '2', ''],
        ['definitions', '/2', ''],
        ['definitions', '/3', ''],
      ],
    ],
    ['one definition', '{"name": "A", "steps": [{"id": 1}]}', [['definitions', '/', 'A']]],
    ['a value', ' "text" ', [['definitions', '/', '']]],
    ['nothing', '{}', []],
  ])('of %s', (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('keep the text that they were exported with', () => {
    const one =
      '{ "id" : 12345678901234567890, "n":1.0, "t":"\\u00e9 \\"}]", "a":1, "a":2, "deep":[[{}],{"x":[]}] }';
    const [definition] = findDefinitions(`{"workflows":[\n${one} ,{}]}`);
    expect(definition?.text).toBe(one);
  });

  it('of any JSON are all that it says', () => {
    const key = fc.oneof(fc.string(), fc.constantFrom('id', 'name', 'steps', '__proto__', 'a/b~c'));
    const { json } = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('json'), { maxLength: 4 }),
        fc.dictionary(key, tie('json'), { maxKeys: 4 }),
      ),
    }));
    const leaves = (value: unknown): string[] =>
      value !== null && typeof value === 'object'
        ? Object.values(value).flatMap(leaves)
        : [JSON.stringify(value)];
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        const definitions = findDefinitions(text);
        expect(definitions.flatMap((one) => leaves(JSON.parse(one.text)))).toEqual(leaves(JSON.parse(text)));
        for (const { kind, id } of definitions) expect([kind !== '', id !== '']).toEqual([true, true]);
      }),
    );
  });

  it('come apart in members as JSON.parse sees them', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())), (value) => {
        const members = jsonMembers(JSON.stringify(value, null, 1)).map(({ key, text }) => [
          key,
          JSON.parse(text),
        ]);
        const parsed: object = JSON.parse(JSON.stringify(value));
        expect(members).toEqual(
          Array.isArray(parsed) ? parsed.map((item) => [null, item]) : Object.entries(parsed),
        );
      }),
    );
  });
});

describe('the stream of definitions', () => {
  const text = '{"workflows": [{"id": "w1", "name": "Grüezi", "active": true}], "templates": [{"id": "w1"}]}';
  const open = async (content: string | Buffer, zipped = false) =>
    zipped
      ? openAt(join(await folderOf({ 'e.zip': zipOf([{ name: 'workflows.json', content }]) }), 'e.zip'))
      : openAt(await folderOf({ 'owners.csv': 'id\n', 'workflows.json': content }));

  it.each([
    ['a folder', Buffer.from(text), false],
    ['a zip', Buffer.from(text), true],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`), false],
    ['UTF-16', iconv.encode(text, 'utf-16le', { addBOM: true }), false],
  ])('of %s has a row for each', async (_, content, zipped) => {
    const source = await open(content, zipped);
    const info = (await source.inspect()).streams.find(({ object }) => object === 'workflows');
    expect(info).toMatchObject({ file: 'workflows.json', findings: [] });
    expect(await readAll(source, 'workflows')).toEqual([
      {
        object: 'workflows',
        row: 1,
        sourceId: 'workflows/w1',
        fields: {
          kind: 'workflows',
          id: 'w1',
          name: 'Grüezi',
          active: 'true',
          definition: '{"id": "w1", "name": "Grüezi", "active": true}',
        },
        defects: [],
      },
      {
        object: 'workflows',
        row: 2,
        sourceId: 'templates/w1',
        fields: { kind: 'templates', id: 'w1', name: '', active: '', definition: '{"id": "w1"}' },
        defects: [],
      },
    ]);
  });

  it('goes on after any row, and refuses another content', async () => {
    const source = await open(`[${Array.from({ length: 7 }, (_, at) => `{"id": ${at}}`).join(',')}]`);
    const all = await readAll(source, 'workflows');
    const batches = await Array.fromAsync(source.read('workflows', { batchSize: 3, allow: new Set() }));
    expect(batches.map(({ rows }) => rows.length)).toEqual([3, 3, 1]);
    for (const { cursor } of batches)
      expect(await readAll(source, 'workflows', { cursor })).toEqual(all.slice(cursor.row));
    const other = await open('[]');
    await expect(
      readAll(other, 'workflows', { cursor: batches[0]?.cursor ?? { row: 0 } }),
    ).rejects.toMatchObject({
      code: 'SOURCE_CHANGED',
    });
  });

  it('that is not JSON has a finding with the line and no value, and stops nothing', async () => {
    const source = await open('{\n"workflows": [\n  {"name": "SECRET');
    const info = (await source.inspect()).streams.find(({ object }) => object === 'workflows');
    expect(info?.findings).toEqual([{ code: 'JSON_BROKEN', detail: expect.stringContaining('line 3') }]);
    expect(JSON.stringify(info)).not.toContain('SECRET');
    const other = await (await open('{"workflows": [{"name": SECRET}]}')).inspect();
    expect(other.streams.at(-1)?.findings).toMatchObject([{ code: 'JSON_BROKEN' }]);
    expect(JSON.stringify(other)).not.toContain('SECRET');
    expect(await readAll(source, 'workflows')).toEqual([]);
    expect((await (await open('')).inspect()).streams.at(-1)?.findings).toMatchObject([
      { code: 'EMPTY_FILE' },
    ]);
  });
});
