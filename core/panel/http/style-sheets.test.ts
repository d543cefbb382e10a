import { expect, test } from 'vitest'
import { withImportsInPlace } from './style-sheets.ts'

const files: Readonly<Record<string, string>> = {
  'css/app.css':
    '@layer base, components;\n@import "./base/text.css" layer(base);\n@import "./components/button.css" layer(components);\n@import "./fonts.css";\n',
  'css/base/text.css': 'b { color: red }\n',
  'css/components/button.css': '.button { color: blue }\n',
  'css/fonts.css': '@font-face { font-family: "$& $1" }\n',
  'css/lost.css': '@import "./absent.css" layer(base);\n',
  'js/a.js': '@import "./fonts.css";\n',
}
const read = withImportsInPlace(async (key) =>
  files[key] === undefined ? undefined : new TextEncoder().encode(files[key]),
)
const textOf = async (key: string): Promise<string> => new TextDecoder().decode(await read(key))

test('what a style sheet imports stands in its place, in its layer and in its order', async () => {
  expect(await textOf('css/app.css')).toBe(
    '@layer base, components;\n@layer base {\nb { color: red }\n}\n@layer components {\n.button { color: blue }\n}\n@font-face { font-family: "$& $1" }\n\n',
  )
})

test('a part that is missing is a bug and not a page without its style', async () => {
  await expect(read('css/lost.css')).rejects.toThrow('css/absent.css')
})

test('everything else passes as it is', async () => {
  expect(await textOf('css/base/text.css')).toBe(files['css/base/text.css'])
  expect(await textOf('js/a.js')).toBe(files['js/a.js'])
  expect(await read('css/none.css')).toBeUndefined()
})
