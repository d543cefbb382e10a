import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ConfigFile } from './blueprint.ts'
import { largestConfigFile, rewriteConfigFile } from './config-files.ts'

type Format = ConfigFile['format']
interface Row {
  readonly name: string
  readonly format: Format
  readonly before: string
  readonly set: Readonly<Record<string, string>>
  readonly after: string
}

const rows: readonly Row[] = [
  {
    name: 'sets keys, keeps comments, order and spacing, appends what is missing',
    format: 'properties',
    before: '#Minecraft server properties\n! kept\nmotd=A\nserver-port = 25565\nlevel\\ name:old\n',
    set: { 'server-port': '30001', 'level name': 'new', 'max-players': '5' },
    after: '#Minecraft server properties\n! kept\nmotd=A\nserver-port = 30001\nlevel\\ name:new\nmax-players=5\n',
  },
  {
    name: 'escapes what would end or change a value',
    format: 'properties',
    before: 'motd=x',
    set: { motd: ' Grüße \\o/\nop=1', 'a=b': 'c' },
    after: 'motd=\\ Gr\\u00fc\\u00dfe \\\\o/\\nop=1\na\\=b=c\n',
  },
  {
    name: 'replaces a value of several lines whole, and leaves a comment that ends in a backslash alone',
    format: 'properties',
    before: '# not continued \\\nmotd=one \\\n   two \\\n   three\nport=1\nother=a\\\n  port=2\n',
    set: { motd: 'x', port: '9' },
    after: '# not continued \\\nmotd=x\nport=9\nother=a\\\n  port=2\n',
  },
  {
    name: 'makes a new file',
    format: 'properties',
    before: '',
    set: { eula: 'true' },
    after: 'eula=true\n',
  },
  {
    name: 'sets keys of sections, keeps comments, and puts new keys at the end of their section',
    format: 'ini',
    before: '; top\nname = a\n\n[network]\nport = 1 \n# kept\n\n[gui]\nport = 2\n',
    set: { name: 'b', 'network.port': '9', 'network.host': 'x', 'new.key': '1' },
    after: '; top\nname = b\n\n[network]\nport = 9\n# kept\nhost = x\n\n[gui]\nport = 2\n[new]\nkey = 1\n',
  },
  {
    name: 'finds sections with dots and slashes',
    format: 'ini',
    before: '[/Script/Engine.GameSession]\nMaxPlayers=4\n',
    set: { '[/Script/Engine.GameSession].MaxPlayers': '8' },
    after: '[/Script/Engine.GameSession]\nMaxPlayers=8\n',
  },
  {
    name: 'keeps Windows line endings',
    format: 'ini',
    before: '[a]\r\nx=1\r\n[b]\r\n',
    set: { 'a.x': '2', 'a.y': '3' },
    after: '[a]\r\nx=2\r\ny=3\r\n[b]\r\n',
  },
  {
    name: 'keeps the type that is there, else takes what the text looks like',
    format: 'json',
    before:
      '{\n    "name": "1",\n    "port": 1,\n    "list": [\n        "a"\n    ],\n    "nested": {\n        "on": true\n    }\n}\n',
    set: { name: '42', port: '7', 'nested.on': 'false', 'nested.new': 'text', 'list[1]': '5', 'list[9]': 'far' },
    after:
      '{\n    "name": "42",\n    "port": 7,\n    "list": [\n        "a",\n        5\n    ],\n    "nested": {\n        "on": false,\n        "new": "text"\n    }\n}\n',
  },
  {
    name: 'has no prototype to reach',
    format: 'json',
    before: '{}',
    set: { '__proto__.polluted': 'yes' },
    after: '{"__proto__":{"polluted":"yes"}}',
  },
  {
    name: 'keeps comments and order, and the type that is there',
    format: 'yaml',
    before: '# top\nserver:\n  port: 1 # here\n  name: "1"\n\nlist:\n  - a\n',
    set: { 'server.port': '7', 'server.name': '42', 'server.motd': 'a: b', 'list[1]': 'b' },
    after: '# top\nserver:\n  port: 7 # here\n  name: "42"\n  motd: "a: b"\n\nlist:\n  - a\n  - b\n',
  },
  {
    name: 'replaces lines that begin with the key, the longest key first, and appends the others',
    format: 'lines',
    before: 'sv_name old\nsv_name_color red\n// sv_name\n',
    set: { sv_name: 'sv_name new', sv_name_color: 'sv_name_color blue', sv_port: 'sv_port 1' },
    after: 'sv_name new\nsv_name_color blue\n// sv_name\nsv_port 1\n',
  },
]

describe.each(['properties', 'ini', 'json', 'yaml', 'lines'] as const)('%s', (format) => {
  test.each(rows.filter((row) => row.format === format))('$name', ({ before, set, after }) => {
    expect(rewriteConfigFile(format, before, set)).toBe(after)
    expect(rewriteConfigFile(format, after, set)).toBe(after)
  })
})

test.each<[Format, string]>([
  ['json', '{"a": 1,}'],
  ['json', `${'['.repeat(5000)}${']'.repeat(5000)}`],
  ['yaml', 'a: [1, 2'],
  ['yaml', `${'['.repeat(5000)}${']'.repeat(5000)}`],
  ['ini', 'x'.repeat(largestConfigFile + 1)],
])('%s refuses what it cannot read: %.20s', (format, text) => {
  expect(() => rewriteConfigFile(format, text, { a: '1' })).toThrow(expect.objectContaining({ code: 'config-file' }))
})

test('lines refuses a replacement that would not be found again', () => {
  expect(() => rewriteConfigFile('lines', '', { port: 'sv_port 1' })).toThrow('must begin with it')
})

test('a byte order mark stays at the front', () => {
  expect(rewriteConfigFile('ini', '\uFEFFa=1\n', { a: '2' })).toBe('\uFEFFa=2\n')
})

// Values as the panel lets them through: one line of text.
const value = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .map((text) => text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/g, ''))
const key = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/)
const sets = fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true })

const documents: Readonly<Record<Format, fc.Arbitrary<string>>> = {
  properties: fc
    .array(
      fc.oneof(
        key.map((name) => `${name}=x`),
        fc.constantFrom('', '# c', 'Z\\', '   B : c', '!'),
      ),
    )
    .map(joined),
  ini: fc
    .array(
      fc.oneof(
        key.map((name) => `${name}=x`),
        fc.constantFrom('', '; c', '[s]', '[a.b]', 'x = y'),
      ),
    )
    .map(joined),
  lines: fc.array(fc.oneof(key, fc.string({ unit: 'grapheme-ascii', maxLength: 12 }))).map(joined),
  json: fc
    .dictionary(key, fc.jsonValue({ maxDepth: 2 }), { noNullPrototype: true })
    .map((object) => JSON.stringify(object, null, 2)),
  yaml: fc.array(key.map((name) => `${name}: x # c`)).map((lines) => joined([...new Set(lines)])),
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line.replace(/[\r\n]/g, '')}\n`).join('')
}

/** In `lines` a value is the whole line, which begins with its key. */
function setFor(format: Format, set: Readonly<Record<string, string>>): Record<string, string> {
  if (format !== 'lines') return set
  return Object.fromEntries(Object.entries(set).map(([name, text]) => [name, `${name} ${text}`]))
}

describe.each(Object.keys(documents) as Format[])('%s, whatever the file', (format) => {
  test('doing it twice changes nothing more', () => {
    fc.assert(
      fc.property(documents[format], sets, (text, set) => {
        const once = rewriteConfigFile(format, text, setFor(format, set))
        expect(rewriteConfigFile(format, once, setFor(format, set))).toBe(once)
      }),
    )
  })

  test('setting nothing changes nothing', () => {
    fc.assert(
      fc.property(documents[format], (text) => {
        expect(rewriteConfigFile(format, text, {})).toBe(text)
      }),
    )
  })
})

test.each(['properties', 'ini', 'lines'] as const)('%s: every other line stays, in its order', (format) => {
  fc.assert(
    fc.property(documents[format], sets, (text, set) => {
      const names = Object.keys(set)
      const foreign = (whole: string): string[] =>
        whole.split('\n').filter((line) => line !== '' && !names.some((name) => line.trimStart().startsWith(name)))
      const added = foreign(rewriteConfigFile(format, '', setFor(format, set)))
      const after = foreign(rewriteConfigFile(format, text, setFor(format, set))).filter(
        (line) => !added.includes(line),
      )
      expect(after).toEqual(foreign(text).filter((line) => !added.includes(line)))
    }),
  )
})
