// Checks what a person typed for a blueprint's variables and gives what the container gets.
import { InvalidInput } from '#core/base/errors.ts'
import type { Blueprint, Variable } from './blueprint.ts'

export interface CheckOptions {
  /** Values the server has: what is not typed stays as it was. Absent for a new server, which gets the defaults. */
  readonly previous?: Readonly<Record<string, string>>
  /** Without it everything may be set; `user` changes only variables with `access: 'user'`. */
  readonly editor?: 'user' | 'admin'
  /** Makes a secret: 24 letters and digits, about 140 bits. */
  readonly generate?: () => string
}

/**
 * Typed text in, values out: one for each variable of the blueprint, exactly as the container's environment and config
 * files get them. Values that come out are accepted unchanged when they come in again. A form sends a switch as one of
 * its two values, `on` or `off`; what is absent is taken from `previous`, else from the default.
 * Throws InvalidInput with fields `variables.NAME`.
 */
export function checkVariables(
  blueprint: Pick<Blueprint, 'variables'>,
  typed: Readonly<Record<string, string>>,
  options: CheckOptions = {},
): Record<string, string> {
  const given = new Map(Object.entries(typed))
  const previous = new Map(Object.entries(options.previous ?? {}))
  const values: [name: string, value: string][] = []
  const fields: Record<string, string> = {}
  for (const variable of blueprint.variables) {
    const { name } = variable
    const before = previous.get(name)
    const text = typedText(variable, given.get(name), before)
    given.delete(name)
    const checked = checkVariable(variable, text, options.generate)
    if ('wrong' in checked) fields[`variables.${name}`] = checked.wrong
    else if (
      options.editor === 'user' &&
      variable.access !== 'user' &&
      checked.value !== (before ?? checkDefault(variable))
    ) {
      fields[`variables.${name}`] = 'Only an administrator may change this.'
    } else values.push([name, checked.value])
  }
  for (const name of given.keys()) {
    fields[`variables.${name}`] = 'This blueprint has no such variable; leave it out.'
  }
  if (Object.keys(fields).length > 0) throw new InvalidInput(fields)
  return Object.fromEntries(values)
}

/** One variable; `text` is what was typed. */
export function checkVariable(
  variable: Variable,
  text: string,
  generate: () => string = generateSecret,
): { readonly value: string } | { readonly wrong: string } {
  // A line break would end a key of a config file and begin one that nobody declared.
  if (/[\u0000-\u001f\u007f]/.test(text))
    return { wrong: 'One line of text, please: no line breaks or control characters.' }
  switch (variable.kind) {
    case 'text':
      return checkText(variable, text)
    case 'secret':
      return text === '' && variable.generate ? { value: generate() } : checkText(variable, text)
    case 'number':
      return checkNumber(variable, text.trim())
    case 'switch':
      return checkSwitch(variable, text)
    case 'choice':
      return variable.options.some(({ value }) => value === text)
        ? { value: text }
        : { wrong: `Choose one of ${variable.options.map(({ label }) => label).join(', ')}.` }
  }
}

type Of<Kind extends Variable['kind']> = Extract<Variable, { kind: Kind }>

function typedText(variable: Variable, typed: string | undefined, before: string | undefined): string {
  // A form never shows a secret: an empty field means that it stays.
  if (variable.kind === 'secret') return typed || before || variable.default
  return typed ?? before ?? checkDefault(variable)
}

function checkDefault(variable: Variable): string {
  if (variable.kind === 'switch') return variable.default ? variable.on : variable.off
  return String(variable.default)
}

function checkText(variable: Of<'text'> | Of<'secret'>, text: string): { value: string } | { wrong: string } {
  const { length } = Array.from(text)
  if (length === 0) return variable.required ? { wrong: `Enter ${lowerFirst(variable.label)}.` } : { value: '' }
  if (variable.minLength !== undefined && length < variable.minLength) {
    return { wrong: `At least ${variable.minLength} characters; these are ${length}.` }
  }
  if (length > variable.maxLength) return { wrong: `At most ${variable.maxLength} characters; these are ${length}.` }
  if (variable.kind === 'text' && variable.pattern && !new RegExp(`^(?:${variable.pattern})$`, 'u').test(text)) {
    return { wrong: variable.patternHint ?? `Expected text of the form ${variable.pattern}.` }
  }
  return { value: text }
}

function checkNumber(variable: Of<'number'>, text: string): { value: string } | { wrong: string } {
  if (text === '') return { value: String(variable.default) }
  const unit = variable.unit ? ` ${variable.unit}` : ''
  // Decimal only: Number() also takes 0x10, 1e3 and Infinity, which games do not.
  if (!/^-?\d{1,15}(\.\d{1,9})?$/.test(text))
    return { wrong: `Enter a number${unit && ` of${unit}`}, not “${clip(text)}”.` }
  const number = Number(text)
  if (variable.min !== undefined && number < variable.min) return { wrong: `At least ${variable.min}${unit}.` }
  if (variable.max !== undefined && number > variable.max) return { wrong: `At most ${variable.max}${unit}.` }
  const base = variable.min ?? 0
  const steps = (number - base) / variable.step
  if (Math.abs(steps - Math.round(steps)) > 1e-6) {
    return {
      wrong: variable.step === 1 ? 'A whole number, please.' : `In steps of ${variable.step}${unit} from ${base}.`,
    }
  }
  return { value: String(number) }
}

function checkSwitch(variable: Of<'switch'>, text: string): { value: string } | { wrong: string } {
  if (text === variable.on || text === 'on') return { value: variable.on }
  if (text === variable.off || text === 'off' || text === '') return { value: variable.off }
  return { wrong: `Expected ${variable.on} or ${variable.off}, not “${clip(text)}”.` }
}

const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'

/** Letters and digits that cannot be mistaken for one another, safe in every config format and shell. */
export function generateSecret(): string {
  const secret: string[] = []
  // 256 is no multiple of 57: bytes from the last, partial round are thrown away so that no letter is likelier.
  const limit = 256 - (256 % alphabet.length)
  while (secret.length < 24) {
    for (const byte of crypto.getRandomValues(new Uint8Array(32))) {
      if (byte < limit && secret.length < 24) secret.push(alphabet.charAt(byte % alphabet.length))
    }
  }
  return secret.join('')
}

function lowerFirst(label: string): string {
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label
}

function clip(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)}…` : text
}
