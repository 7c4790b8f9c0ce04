/** What CI systems make of the reports: their own escapes undone, their own rules held, whatever a file holds. */
import { describe, expect, test } from '@jest/globals';
import { SaxesParser } from 'saxes';
import fc from 'fast-check';
import { validate } from '../../src/core/rules/validate.ts';
import { FORMATS } from '../../src/report/index.ts';
import { fingerprints, reportedPath, uriOf } from '../../src/report/location.ts';
import { summaryMarkdown } from '../../src/report/summary.ts';
import { goodFile } from '../support/fixtures.ts';
import { mutatedFile } from '../support/mutations.ts';
import { BAD, GOOD, report, RUN, validation } from '../support/reports.ts';

describe('paths', () => {
  test.each([
    ['c.yml', 'sub/c.yml'],
    ['./a//c.yml', 'sub/a/c.yml'],
    ['../c.yml', 'c.yml'],
    ['../../c.yml', '../../c.yml'],
    ['/repo/c.yml', 'c.yml'],
    ['/etc/c.yml', '/etc/c.yml'],
    ['back\\slash.yml', 'sub/back\\slash.yml'],
  ])('%s is told from the root of the checkout: %s', (file, path) => {
    expect(reportedPath(file, RUN)).toBe(path);
  });

  test('count from the working directory where it is not in the checkout, or there is none', () => {
    expect(reportedPath('a/c.yml', { ...RUN, cwd: '/repository' })).toBe('a/c.yml');
    expect(reportedPath('/repo/sub/c.yml', { ...RUN, workspace: undefined })).toBe('c.yml');
  });

  test('have forward slashes on Windows too', () => {
    const run = { ...RUN, cwd: 'D:\\a\\repo\\sub', workspace: 'D:\\a\\repo' };
    expect(reportedPath('.\\x\\c.yml', run)).toBe('sub/x/c.yml');
    expect(uriOf(reportedPath('C:\\x y\\c.yml', run))).toBe('file:///C:/x%20y/c.yml');
  });

  test('are URIs that lead back to the file', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => !/^\.{1,2}$|\//.test(name));
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 3 }), (steps) => {
        const uri = uriOf(steps.join('/'));
        expect(uri).toMatch(/^(?:[A-Za-z0-9\-._~!'()*/]|%[0-9A-F]{2})+$/);
        expect(decodeURIComponent(uri)).toBe(steps.join('/'));
      }),
    );
  });
});

describe('fingerprints', () => {
  const of = (text: string): readonly string[] => fingerprints('c.yml', validate(text).findings);

  test('stay when lines are added above and other values change', () => {
    expect(of(`# one\n# two\n${BAD.replace('"./data"', '"./elsewhere"')}`)).toEqual(of(BAD));
  });

  test('differ by file, key, code, and among equals', () => {
    const twice = validate('colour: 1\nshape: 1\ncolour: 2\n').findings;
    const all = [...fingerprints('a.yml', twice), ...fingerprints('b.yml', twice)];
    expect(new Set(all).size).toBe(all.length);
    expect(twice.length).toBeGreaterThan(2);
  });

  test('are those of earlier releases', () => {
    expect(fingerprints('c.yml', validate(BAD).findings)).toEqual(['269a99d3cade87e7', '4f7744ce12db0dba']);
  });
});

describe('every format', () => {
  test.each(FORMATS)('%s is the same bytes for the same input, and ends in one line feed', (format) => {
    fc.assert(
      fc.property(mutatedFile, (text) => {
        const once = report(format, validation({ 'c.yml': text }));
        expect(report(format, validation({ 'c.yml': text }))).toBe(once);
        expect(once).toMatch(/[^\n]\n$/);
      }),
      { numRuns: 10 },
    );
  });

  test.each(FORMATS.filter((format) => format !== 'github' && format !== 'text'))(
    '%s holds no command of GitHub Actions, whatever files are called and hold',
    (format) => {
      const text = 'userManagement: "x ::error::a ##[error]b"\n"##[group]": 1\n';
      const body = validation({ '::add-mask::x': text, '##[error].yml': text }, [
        '::error::x ##[error]y: no',
      ]);
      expect(report(format, body)).not.toMatch(/^\s*::|##\[/m);
    },
  );
});

describe('a file with a name that is not what it looks like', () => {
  const NAME = 'a\x9b2J\u202eb\u{e0041}\nc.yml';
  const body = validation({ [NAME]: BAD });

  test.each(['json', 'sarif', 'gitlab', 'junit', 'github'] as const)('shows itself in %s', (format) => {
    expect(report(format, body)).not.toMatch(/[\x9b\u202e\u{e0041}]|\nc\.yml/u);
  });

  test('comes back whole from JSON', () => {
    expect(JSON.parse(report('json', body))).toMatchObject({ files: [{ file: NAME }] });
  });

  test('is written with references in XML', () => {
    expect(report('junit', body)).toContain('<testsuite name="sub/a&#155;2J&#8238;b&#917569;&#10;c.yml"');
  });
});

describe('github', () => {
  /** As the runner reads a line: `ActionCommand.TryParseV2`. */
  function parsed(line: string): { command: string; properties: Record<string, string>; message: string } {
    const [, command = '', list = '', message = ''] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? [];
    const undo = (text: string): string =>
      text
        .replaceAll('%3A', ':')
        .replaceAll('%2C', ',')
        .replaceAll('%0D', '\r')
        .replaceAll('%0A', '\n')
        .replaceAll('%25', '%');
    const properties = list.split(',').map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, undo(value.join('='))] as const;
    });
    return { command, properties: Object.fromEntries(properties), message: undo(message) };
  }

  test('annotates each finding where it is', () => {
    const [first = '', ...rest] = report('github', validation({ 'c.yml': BAD })).split('\n');
    expect(parsed(first)).toEqual({
      command: 'error',
      properties: {
        file: 'sub/c.yml',
        line: '8',
        col: '1',
        endLine: '8',
        endColumn: '15',
        title: 'umconfig misspelt-key',
      },
      message: expect.stringMatching(/^"usermanagement" .*\n.*userManagement\.$/s),
    });
    expect(rest.slice(1)).toEqual(['1 file checked: 2 errors, 0 warnings', '']);
  });

  test('says so where GitHub shows fewer annotations than there are findings', () => {
    const keys = (count: number): string =>
      Array.from({ length: count }, (_, at) => `k${String(at)}: 1\n`).join('');
    const note = /\b10 annotations\b/;
    expect(report('github', validation({ 'c.yml': GOOD.replace('---\n', `---\n${keys(10)}`) }))).not.toMatch(
      note,
    );
    expect(report('github', validation({ 'c.yml': GOOD.replace('---\n', `---\n${keys(11)}`) }))).toMatch(
      note,
    );
  });

  test('one line a finding, and every name comes back whole', () => {
    const names = fc.string({ unit: fc.constantFrom(...Array.from('%:,=\n\r#[]ab0D2A')), minLength: 1 });
    fc.assert(
      fc.property(names, mutatedFile, (file, text) => {
        const body = validation({ [file]: text });
        // After them come the counts and, if there are many, how many GitHub shows.
        const lines = report('github', body)
          .split('\n')
          .filter((line) => line.startsWith('::'));
        expect(lines).toHaveLength(body.files[0]?.findings.length ?? -1);
        for (const line of lines) expect(parsed(line).properties['file']).toBe(reportedPath(file, RUN));
      }),
      { numRuns: 30 },
    );
  });
});

describe('junit', () => {
  /** Login that is off on purpose is only noted. */
  const NOTED = goodFile('nested').replace('on: true', 'on: false');

  test('a case a finding, one that passes for a right file, an error for one that could not be read', () => {
    const body = validation({ 'bad.yml': BAD, 'good.yml': GOOD }, ['x.yml: no such file']);
    const xml = report('junit', body);
    expect(xml).toContain('<testsuites name="umconfig" tests="4" failures="2" errors="1">');
    expect(xml).toContain('<testsuite name="sub/bad.yml" tests="2" failures="2" errors="0">');
    expect(xml).toContain('<testcase classname="sub/good.yml" name="valid"/>');
    expect(xml).toContain('<error message="x.yml: no such file"/>');
  });

  test('has only the elements and attributes that Jenkins allows', () => {
    const text = BAD.replace('userManagement: on', 'userManagement: off');
    const xml = report(
      'junit',
      validation({ 'bad.yml': text, 'good.yml': GOOD, 'n.yml': NOTED }, ['x: gone']),
    );
    const seen = new Map<string, Set<string>>();
    const parser = new SaxesParser();
    parser.on('opentag', ({ name, attributes }) => {
      seen.set(name, new Set([...(seen.get(name) ?? []), ...Object.keys(attributes)]));
    });
    parser.write(xml).close();
    expect(Object.fromEntries([...seen].map(([name, attributes]) => [name, [...attributes]]))).toEqual({
      testsuites: ['name', 'tests', 'failures', 'errors'],
      testsuite: ['name', 'tests', 'failures', 'errors'],
      testcase: ['classname', 'name'],
      failure: ['type', 'message'],
      error: ['message'],
      'system-out': [],
    });
    expect(xml).toContain('>sub/bad.yml:8:1\n');
  });

  test('what is only said is no failure', () => {
    const xml = report('junit', validation({ 'n.yml': NOTED }));
    expect(xml).toContain('failures="0"');
    expect(xml).toContain('<system-out>');
  });

  test('white space in a name is kept', () => {
    expect(report('junit', validation({ 'a\tb\r\nc.yml': GOOD }))).toContain(
      '<testsuite name="sub/a&#9;b&#13;&#10;c.yml"',
    );
  });

  test('no two cases of a file have one name', () => {
    const xml = report('junit', validation({ 'c.yml': 'colour: 1\ncolour: 2\ncolour: 3\n' }));
    const names = [...xml.matchAll(/<testcase classname="[^"]*" name="([^"]*)"/g)].map(([, name]) => name);
    expect(names.filter((name) => name?.startsWith('yaml-duplicate-key (colour)'))).toEqual([
      'yaml-duplicate-key (colour)',
      'yaml-duplicate-key (colour) 2',
    ]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('is well-formed XML 1.0 for every file name and content', () => {
    const name = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(name, mutatedFile, (file, text) => {
        const xml = report('junit', validation({ [file]: text }));
        expect(xml).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
        const rest = xml
          .replace(/^<\?xml[^?]*\?>\n/, '')
          .replace(/<\/?[a-z-]+(?: [a-z]+="[^"<]*")*\/?>/g, '')
          .replace(/&(?:amp|lt|gt|quot|#\d+);/g, '');
        expect(rest).not.toMatch(/[<>&]/);
      }),
      { numRuns: 30 },
    );
  });
});

describe('gitlab', () => {
  test('a violation a finding', () => {
    expect(JSON.parse(report('gitlab', validation({ 'c.yml': BAD })))).toEqual([
      {
        description: expect.stringContaining('usermanagement'),
        check_name: 'misspelt-key',
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        severity: 'critical',
        location: { path: 'sub/c.yml', lines: { begin: 8, end: 8 } },
      },
      expect.objectContaining({ check_name: 'redirect-path' }),
    ]);
    expect(report('gitlab', validation({ 'c.yml': GOOD }))).toBe('[]\n');
  });
});

describe('the summary of a step', () => {
  test('is a table in which nothing is markup', () => {
    const text = GOOD.replace('userManagement: on', 'userManagement: "<b>|`x`[y](https://acme.test)![z](q)"');
    const markdown = summaryMarkdown(validation({ 'a|b.yml': text }), RUN);
    const row =
      markdown.split('\n').find((line) => line.includes('login\\-off') || line.includes('login-off')) ?? '';
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
    expect(row).toContain('\\<b\\>');
    expect(row).not.toMatch(/(?<!\\)[<`[]|https:/);
    expect(markdown).toContain('1 file checked: 1 error, 0 warnings');
  });

  test('makes no link of an address of e-mail, and no code of blanks', () => {
    const markdown = summaryMarkdown(validation({}, ['ann@labels.test: no', '    x: no']), RUN);
    expect(markdown).toContain('- ann\\@<!-- -->labels\\.test');
    expect(markdown).toContain('- &#32;&#32;&#32;&#32;x');
  });

  test('says that all is right', () => {
    expect(summaryMarkdown(validation({ 'c.yml': GOOD }), RUN)).toBe(
      '### umconfig validate\n\n1 file checked, no problems\n\n',
    );
  });

  test('stays small, and says how much it leaves out', () => {
    const text = Array.from({ length: 500 }, (_, at) => `colour${String(at)}: "${'x'.repeat(40)}"\n`).join(
      '',
    );
    const names = Array.from({ length: 4 }, (_, at) => `${'d/'.repeat(2000)}${String(at)}.yml`);
    const markdown = summaryMarkdown(validation(Object.fromEntries(names.map((name) => [name, text]))), RUN);
    expect(Buffer.byteLength(markdown)).toBeLessThan(512 * 1024);
    expect(markdown).toMatch(/… and \d{4} more\./);
  });
});
