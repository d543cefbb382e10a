import { expect, test } from 'vitest'
import { run } from './services.ts'

test('a program’s output is whole, however much of it there is', async () => {
  const output = await run('sh', ['-c', 'head -c 3000000 /dev/zero | tr "\\0" x; echo end'], { timeoutMs: 10_000 })
  expect(output.length).toBe(3_000_004)
  expect(output.endsWith('end\n')).toBe(true)
})

test('a service that a program leaves running does not hold up whoever started it', async () => {
  // It keeps the output of the script open, as a daemon may that was started without care.
  const source = `import { run } from '#core/testing/services.ts'
    console.log(await run('sh', ['-c', 'sleep 60 & echo $!'], { timeoutMs: 10_000 }))`
  const script = ['--import', './core/bootstrap/tsx.mjs', '--input-type=module', '--eval', source]
  const pid = Number(await run(process.execPath, script, { timeoutMs: 8000 }))
  try {
    expect(process.kill(pid, 0), 'the service lives').toBe(true)
  } finally {
    process.kill(pid, 'SIGKILL')
  }
})

test('a program that fails is told with what it said', async () => {
  await expect(run('sh', ['-c', 'echo no luck; exit 3'], { timeoutMs: 10_000 })).rejects.toThrow(
    /ended with 3:\nno luck/,
  )
})
