// Components as pages and plugins use them: what a reader, a screen reader and the security policy can tell.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { iconNames } from './icon-names.ts'
import {
  Button,
  Copy,
  ErrorSummary,
  fieldId,
  formatDuration,
  Meter,
  Plate,
  Progress,
  SelectField,
  Sparkline,
  StateMark,
  Steps,
  TextareaField,
  TextField,
  Time,
} from './index.ts'
import { constellation, hashOf, motifs } from './motifs.ts'

const draw = (view: unknown): string => String(view)
const byName = (a = '', b = ''): number => a.localeCompare(b)
const hostile = `"><img src=x onerror=alert(1)>'&`

test('the sprite holds every icon that may be named, and every state mark', () => {
  const sprite = readFileSync(new URL('../../static/img/icons.svg', import.meta.url), 'utf8')
  const drawn = [...sprite.matchAll(/<symbol id="([^"]+)"/g)].map(([, id]) => id)
  expect(drawn.filter((id) => !id?.startsWith('s-')).toSorted(byName)).toEqual([...iconNames].toSorted(byName))
  for (const mark of ['running', 'stopped', 'crashed', 'installing', 'suspended', 'unreachable']) {
    expect(drawn).toContain(`s-${mark}`)
  }
  expect(sprite).not.toMatch(/<script|<style|style=|on\w+=/)
})

test('a field ties its label, hint and error to its control', () => {
  const html = draw(
    <TextField field={{ name: 'ports.game', label: 'Port', hint: 'Of the game.', error: 'Too low.' }} value="80" />,
  )
  expect(html).toContain('<label for="f-ports-game">')
  expect(html).toContain('aria-describedby="f-ports-game-hint f-ports-game-error"')
  expect(html).toContain('aria-invalid="true"')
  expect(html).toContain('id="f-ports-game-error"')
})

test('a field without an error is not marked as wrong', () => {
  const html = draw(<TextField field={{ name: 'name', label: 'Name' }} value="" />)
  expect(html).not.toContain('aria-invalid')
  expect(html).not.toContain('aria-describedby')
})

test('an optional field says so, a required one does not', () => {
  expect(draw(<TextField field={{ name: 'a', label: 'A', optional: true }} />)).toContain('(optional)')
  expect(draw(<TextField field={{ name: 'a', label: 'A' }} />)).not.toContain('(optional)')
})

test('what was typed is text wherever it is drawn', () => {
  const field = { name: 'x', label: hostile, hint: hostile, error: hostile }
  const html = [
    <TextField field={field} value={hostile} />,
    <TextareaField field={field} value={`</textarea>${hostile}`} />,
    <SelectField field={field} options={[{ value: hostile, label: hostile }]} value={hostile} />,
    <Copy value={hostile} what={hostile} />,
    <ErrorSummary errors={{ [hostile]: hostile }} before="saving" />,
    <Button label={hostile}>{hostile}</Button>,
    <Plate plate={{ motif: hostile, hue: 3 }} seed={hostile} />,
  ]
    .map(draw)
    .join('\n')
  expect(html).not.toContain('<img')
  expect(html).not.toContain('</textarea></textarea>')
  expect(html).not.toMatch(/"(?:&quot;)?>\s*<img/)
})

test('a textarea keeps a first empty line', () => {
  expect(draw(<TextareaField field={{ name: 'x', label: 'X' }} value={'\nsecond'} />)).toContain('>\n\nsecond<')
})

test('the error summary counts in words and links to each field', () => {
  const html = draw(
    <ErrorSummary errors={{ name: 'Name is taken.', 'variables.HEAP': 'A number and M or G.' }} before="saving" />,
  )
  expect(html).toContain('Two things to fix before saving')
  expect(html).toContain(`href="#${fieldId('variables.HEAP')}"`)
  expect(html).toContain('role="alert"')
  expect(draw(<ErrorSummary errors={{}} before="saving" />)).toBe('')
})

test('an unavailable button says why, stays focusable and does nothing', () => {
  const html = draw(
    <Button type="submit" unavailable="It is installing.">
      Start
    </Button>,
  )
  expect(html).toContain('aria-disabled="true"')
  expect(html).toContain('type="button"')
  expect(html).toContain('It is installing.')
  expect(html).not.toMatch(/\sdisabled/)
})

test.each([
  ['quiet below 85 %', 85, 'class="meter"'],
  ['warns above 85 %', 86, 'class="meter high"'],
  ['alarms above 95 %', 96, 'class="meter full"'],
])('a meter %s', (_, value, expected) => {
  expect(draw(<Meter label="Memory" value={value} max={100} text="x" />)).toContain(expected)
})

test('a meter never leaves its scale, whatever it is given', () => {
  const html = draw(<Meter label="Disk" value={900} max={100} promised={-4} text="900 of 100" />)
  expect(html).toContain('aria-valuenow="100"')
  expect(html).toContain('width="100%"')
  expect(html).toContain('width="0%"')
  expect(draw(<Meter label="Disk" value={1} max={0} text="unknown" />)).toContain('aria-valuenow="0"')
})

test('progress without a value is indeterminate', () => {
  expect(draw(<Progress label="Pulling" />)).not.toContain('value=')
  expect(draw(<Progress label="Pulling" done />)).toContain('value="100"')
})

test('a sparkline of nothing draws nothing, one of much stays small', () => {
  expect(draw(<Sparkline values={[]} max={100} />)).not.toContain('<path')
  expect(draw(<Sparkline values={[4]} max={100} />)).not.toContain('<path')
  expect(draw(<Sparkline values={Array.from({ length: 5000 }, (_, i) => i % 100)} max={100} />).length).toBeLessThan(
    1500,
  )
})

test('a mark alone has a name, a mark beside its word is silent', () => {
  expect(draw(<StateMark mark="crashed" label="Crashed" />)).toContain('role="img" aria-label="Crashed"')
  expect(draw(<StateMark mark="crashed" />)).toContain('aria-hidden="true"')
})

test('steps say which is done, which is current', () => {
  const html = draw(<Steps names={['One', 'Two', 'Three']} current={1} />)
  expect(html.match(/aria-current="step"/g)).toHaveLength(1)
  expect(html).toContain('One<span class="sr">, done</span>')
})

test('durations name their two largest units', () => {
  const words = [0, 38, 303, 720, 69_120, 273_600].map((seconds) =>
    formatDuration(seconds * 1000).replaceAll('\u00a0', ' '),
  )
  expect(words).toEqual(['0 s', '38 s', '5 m 3 s', '12 m', '19 h 12 m', '3 d 4 h'])
  expect(formatDuration(-5)).toBe('0\u00a0s')
})

test('a time carries its machine form; nonsense is not a date', () => {
  expect(draw(<Time at="2026-11-22T04:30:00Z" />)).toContain('datetime="2026-11-22T04:30:00.000Z"')
  expect(draw(<Time at="soon" />)).toContain('unknown')
})

test('an unknown motif becomes a constellation that is the same every time', () => {
  expect(constellation('some-egg')).toEqual(constellation('some-egg'))
  expect(constellation('some-egg')).not.toEqual(constellation('another-egg'))
  expect(hashOf('a')).toBe(0xe40c292c)
  // Names of an object's own machinery are not motifs.
  expect(draw(<Plate plate={{ motif: 'constructor', hue: 1 }} seed="x" />)).toContain('<path')
})

test('motifs are paths and nothing else', () => {
  for (const strokes of Object.values(motifs)) {
    for (const { d } of strokes) expect(d).toMatch(/^M[\dMmLlHhVvCcSsAaZz .,-]+$/)
  }
})
