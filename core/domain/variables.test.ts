import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidInput } from '#core/base/errors.ts'
import { type BlueprintInput, variableSchema } from './blueprint.ts'
import { checkVariables, generateSecret } from './variables.ts'

type Given = NonNullable<BlueprintInput['variables']>[number]
const declare = (...variables: Given[]) => ({ variables: variables.map((variable) => variableSchema.parse(variable)) })

/** The sentence for one variable, or undefined when it was accepted. */
function refusal(variable: Given, text: string): string | undefined {
  try {
    checkVariables(declare(variable), { [variable.name]: text })
    return undefined
  } catch (error) {
    if (error instanceof InvalidInput) return error.fields[`variables.${variable.name}`]
    throw error
  }
}

const text = { kind: 'text', name: 'T', label: 'Version' } as const
const number = { kind: 'number', name: 'N', label: 'Slots', default: 5 } as const
const toggle = { kind: 'switch', name: 'S', label: 'Cheats', on: 'yes', off: 'no' } as const
const choice: Given = {
  kind: 'choice',
  name: 'C',
  label: 'Mode',
  default: 'a',
  options: [
    { value: 'a', label: 'Easy' },
    { value: 'b', label: 'Hard' },
  ],
}
const secret = { kind: 'secret', name: 'P', label: 'Password' } as const

describe('what is typed', () => {
  test.each<[Given, string, string | undefined]>([
    [text, '', undefined],
    [{ ...text, required: true }, '', 'Enter version.'],
    [{ ...text, minLength: 3 }, 'ab', 'At least 3 characters; these are 2.'],
    [{ ...text, maxLength: 3 }, 'abcd', 'At most 3 characters; these are 4.'],
    [{ ...text, maxLength: 2 }, '🙂🙂', undefined],
    [{ ...text, pattern: '\\d+', patternHint: 'A number, please.' }, 'x1', 'A number, please.'],
    [{ ...text, pattern: '\\d+' }, '12\n', 'One line of text, please: no line breaks or control characters.'],
    [{ ...text, pattern: 'a|b' }, 'ab', 'Expected text of the form a|b.'],
    [text, 'a\u0000b', 'One line of text, please: no line breaks or control characters.'],
    [number, '12', undefined],
    [number, ' 12 ', undefined],
    [number, '1e3', 'Enter a number, not “1e3”.'],
    [number, '0x10', 'Enter a number, not “0x10”.'],
    [number, 'Infinity', 'Enter a number, not “Infinity”.'],
    [number, '1.5', 'A whole number, please.'],
    [{ ...number, step: 0.25, unit: 's' }, '0.75', undefined],
    [{ ...number, step: 0.25, unit: 's' }, '0.7', 'In steps of 0.25 s from 0.'],
    [{ ...number, min: 3, unit: 'chunks' }, '2', 'At least 3 chunks.'],
    [{ ...number, max: 9 }, '10', 'At most 9.'],
    [toggle, 'yes', undefined],
    [toggle, 'on', undefined],
    [toggle, 'perhaps', 'Expected yes or no, not “perhaps”.'],
    [choice, 'b', undefined],
    [choice, 'Hard', 'Choose one of Easy, Hard.'],
    [{ ...secret, minLength: 5 }, 'abcd', 'At least 5 characters; these are 4.'],
  ])('%o with “%s” → %s', (variable, typed, expected) => {
    expect(refusal(variable, typed)).toBe(expected)
  })

  test('every wrong field is told at once, unknown ones too', () => {
    expect.assertions(1)
    try {
      checkVariables(declare(number, choice), { N: 'x', C: 'x', OTHER: '1' })
    } catch (error) {
      expect(error).toMatchObject({
        status: 422,
        fields: {
          'variables.N': expect.any(String),
          'variables.C': expect.any(String),
          'variables.OTHER': 'This blueprint has no such variable; leave it out.',
        },
      })
    }
  })
})

describe('what is not typed', () => {
  test('is the default for a new server, and stays as it was for one that exists', () => {
    const blueprint = declare({ ...text, default: 'latest' }, number, { ...toggle, default: true }, choice)
    expect(checkVariables(blueprint, {})).toEqual({ T: 'latest', N: '5', S: 'yes', C: 'a' })
    const previous = { T: '1.2', N: '9', S: 'no', C: 'b' }
    expect(checkVariables(blueprint, { N: '' }, { previous })).toEqual({ ...previous, N: '5' })
  })

  test('keeps a secret, which no form shows', () => {
    expect(checkVariables(declare(secret), { P: '' }, { previous: { P: 'old' } })).toEqual({ P: 'old' })
    expect(checkVariables(declare(secret), { P: 'new' }, { previous: { P: 'old' } })).toEqual({ P: 'new' })
  })

  test('makes a secret up where the blueprint wants one', () => {
    const blueprint = declare({ ...secret, generate: true, required: true })
    expect(checkVariables(blueprint, {}, { generate: () => 'made-up' })).toEqual({ P: 'made-up' })
    expect(checkVariables(blueprint, {}, { previous: { P: 'old' }, generate: () => 'made-up' })).toEqual({ P: 'old' })
  })
})

test('a user may not change what is an administrator’s, but may send it back unchanged', () => {
  const blueprint = declare({ ...number, access: 'admin' }, text)
  const options = { editor: 'user', previous: { N: '9', T: 'a' } } as const
  expect(checkVariables(blueprint, { N: '9', T: 'b' }, options)).toEqual({ N: '9', T: 'b' })
  expect(() => checkVariables(blueprint, { N: '8' }, options)).toThrow(InvalidInput)
  expect(checkVariables(blueprint, { N: '8' }, { previous: { N: '9', T: 'a' } })).toMatchObject({ N: '8' })
})

test('secrets have 24 unmistakable letters and digits, never twice the same', () => {
  const secrets = Array.from({ length: 50 }, generateSecret)
  for (const made of secrets) expect(made).toMatch(/^[A-HJ-NP-Za-km-z2-9]{24}$/)
  expect(new Set(secrets).size).toBe(50)
})

test('values that came out are accepted unchanged when they come in again', () => {
  const blueprint = declare(text, { ...number, step: 0.5 }, toggle, choice, { ...secret, generate: true })
  const typed = fc.record({
    T: fc.string({ maxLength: 200 }),
    N: fc.oneof(
      fc.string(),
      fc.integer().map((value) => String(value / 2)),
    ),
    S: fc.constantFrom('on', 'off', 'yes', 'no', ''),
    C: fc.constantFrom('a', 'b'),
    P: fc.string({ maxLength: 200 }),
  })
  fc.assert(
    fc.property(typed, (form) => {
      let values: Record<string, string>
      try {
        values = checkVariables(blueprint, form)
      } catch (error) {
        return error instanceof InvalidInput
      }
      expect(checkVariables(blueprint, values)).toEqual(values)
      return true
    }),
  )
})

test('names of the prototype are no variables', () => {
  const typed = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>
  expect(() => checkVariables(declare(text), typed)).toThrow(InvalidInput)
  expect(checkVariables(declare(text), {})).toEqual({ T: '' })
})
