/** The comment that names the schema for editors: found where editors find it, and changed without touching anything else. */
import { describe, expect, test } from '@jest/globals';
import { parseDocument, serialize } from '../../../src/core/yaml/document.ts';
import { schemaAddressIn, withSchemaAddress } from '../../../src/core/yaml/modeline.ts';

const put = (text: string, address = 'new.json'): string =>
  serialize(withSchemaAddress(parseDocument(text), address));

describe('the address', () => {
  test.each<[string, string | undefined]>([
    ['# yaml-language-server: $schema=a.json\nport: 1\n', 'a.json'],
    ['# yaml-language-server : x $schema=a.json\n', 'a.json'],
    ['#  \tyaml-language-server:$schema=a.json', 'a.json'],
    ['\ufeff# yaml-language-server: $schema=a.json\r\nport: 1\r\n', 'a.json'],
    ['\n# c\r\n \t# d\n\n# yaml-language-server: $schema=./a/b.json # more\nport: 1\n', './a/b.json'],
    ['port: 1\n# yaml-language-server: $schema=a.json\n', undefined],
    ['#yaml-language-server: $schema=a.json\n', undefined],
    ['# yaml-language-server: schema=a.json\n', undefined],
    ['# x yaml-language-server: $schema=a.json\n', undefined],
    ['# yaml-language-server: $schema=\nport: 1\n', undefined],
    ['port: 1\n', undefined],
  ])('in %j is %j', (text, address) => {
    expect(schemaAddressIn(parseDocument(text))).toBe(address);
  });
});

describe('the address put into', () => {
  test.each([
    ['port: 1\n', '# yaml-language-server: $schema=new.json\nport: 1\n'],
    ['# c\r\nport: 1\r\n', '# yaml-language-server: $schema=new.json\r\n# c\r\nport: 1\r\n'],
    ['\ufeffport: 1\n', '\ufeff# yaml-language-server: $schema=new.json\nport: 1\n'],
    [
      '# c\n# yaml-language-server: $schema=old.json # d\nport: 1\n',
      '# c\n# yaml-language-server: $schema=new.json # d\nport: 1\n',
    ],
    [
      '# yaml-language-server: $schema=new.json\nport: 1\n',
      '# yaml-language-server: $schema=new.json\nport: 1\n',
    ],
  ])('%j gives %j', (before, after) => {
    expect(put(before)).toBe(after);
    expect(schemaAddressIn(parseDocument(after))).toBe('new.json');
  });

  test('a document that has it is the same document', () => {
    const document = parseDocument('# yaml-language-server: $schema=a.json\n');
    expect(withSchemaAddress(document, 'a.json')).toBe(document);
  });
});
