// The machine: data folder, disk, ports, clock, cgroup.
import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { formatBytes } from '#core/domain/resources.ts'
import type { Check, Finding } from './finding.ts'

const tightBytes = 2 * 1024 ** 3
const fullBytes = 200 * 1024 ** 2

export function dataFolder(path: string): Check {
  const check = 'data folder'
  return {
    name: check,
    async look() {
      const found = statSync(path, { throwIfNoEntry: false })
      if (!found) {
        const above = nearestAbove(path)
        const able = may(above, constants.W_OK)
        if (able) return [{ check, state: 'ok', detail: `${path} is not there yet; the first start makes it.` }]
        return [
          {
            check,
            state: 'problem',
            detail: `${path} cannot be made: this account may not write to ${above}.`,
            fix: 'Set STELLAR_DATA to a folder that this account may write to.',
          },
        ]
      }
      if (!found.isDirectory())
        return [{ check, state: 'problem', detail: `${path} is a file.`, fix: 'Set STELLAR_DATA to a folder.' }]
      const findings: Finding[] = []
      if (!may(path, constants.W_OK)) {
        const fix = `sudo chown -R ${process.getuid?.() ?? '$USER'} ${path}   # or set STELLAR_DATA to another folder; a disk may be read-only`
        findings.push({ check, state: 'problem', detail: `This account may not write to ${path}.`, fix })
      }
      const key = statSync(join(path, 'panel/secret.key'), { throwIfNoEntry: false })
      if (key && (key.mode & 0o077) !== 0) {
        findings.push({
          check,
          state: 'problem',
          detail: 'Others on this machine can read panel/secret.key.',
          fix: `chmod 600 ${join(path, 'panel/secret.key')}`,
        })
      }
      return findings.length > 0 ? findings : [{ check, state: 'ok', detail: `${path} can be written to.` }]
    },
  }
}

export function disk(path: string): Check {
  const check = 'disk'
  return {
    name: check,
    async look() {
      const { bsize, bavail, ffree, files } = await statfs(nearestAbove(path))
      const free = bsize * bavail
      const fix = 'Free some space: old images (docker image prune), logs, worlds nobody plays.'
      const detail = `${formatBytes(free)} are free where ${path} lies`
      if (free < fullBytes)
        return [
          { check, state: 'problem', detail: `Only ${detail}; the database stops when there is nothing left.`, fix },
        ]
      if (files > 0 && ffree < 1000)
        return [{ check, state: 'problem', detail: `Only ${ffree} more files fit where ${path} lies.`, fix }]
      if (free < tightBytes) return [{ check, state: 'warning', detail: `Only ${detail}.`, fix }]
      return [{ check, state: 'ok', detail: `${detail}.` }]
    },
  }
}

export interface PortUse {
  readonly who: string
  readonly host: string
  readonly port: number
  readonly setting: string
}

/** `held`: whether the panel of this installation runs and holds its ports. */
export function ports(uses: readonly PortUse[], held: () => Promise<boolean>): Check {
  const check = 'ports'
  return {
    name: check,
    async look() {
      if (await held()) return [{ check, state: 'ok', detail: 'The panel runs and holds them.' }]
      return await Promise.all(
        uses.map(async ({ who, host, port, setting }): Promise<Finding> => {
          if (port === 0) return { check, state: 'ok', detail: `${who}, ${host}: any that is free.` }
          const code = await tryPort(host, port)
          const place = `${who}, ${host}:${port}`
          if (code === undefined) return { check, state: 'ok', detail: `${place}: free.` }
          if (code === 'EADDRINUSE') {
            return {
              check,
              state: 'problem',
              detail: `${place}: another program uses it.`,
              fix: `Find it with: ss -ltnp 'sport = :${port}' — stop it, or set ${setting} to another number.`,
            }
          }
          return {
            check,
            state: 'problem',
            detail: `${place}: the system refuses it (${code}).`,
            fix: `Set ${setting} to a number above 1023, and its host to an address of this machine.`,
          }
        }),
      )
    },
  }
}

export const clock: Check = {
  name: 'clock',
  async look() {
    const check = 'clock'
    const fix = 'sudo timedatectl set-ntp true'
    // Certificates are not valid before they were made.
    if (Date.now() < Date.UTC(2026, 10, 1))
      return [{ check, state: 'problem', detail: `It says ${new Date().toISOString()}, which is in the past.`, fix }]
    const synchronised = await output('timedatectl', ['show', '--property=NTPSynchronized', '--value'])
    if (synchronised === 'no')
      return [{ check, state: 'warning', detail: 'Nothing keeps it right: it is not synchronised.', fix }]
    return [
      { check, state: 'ok', detail: synchronised === 'yes' ? 'It is synchronised.' : 'It says a date that can be.' },
    ]
  },
}

/** What limits of servers stand on. */
export function cgroup(root = '/sys/fs/cgroup'): Check {
  const check = 'cgroup'
  return {
    name: check,
    async look() {
      const needed = ['memory', 'cpu', 'pids']
      const fix =
        'Add cgroup_enable=memory to the kernel’s command line (on a Raspberry Pi: /boot/firmware/cmdline.txt) and restart the machine.'
      const unified = join(root, 'cgroup.controllers')
      const there = existsSync(unified)
        ? readFileSync(unified, 'utf8').trim().split(' ')
        : needed.filter((name) => existsSync(join(root, name)))
      const missing = needed.filter((name) => !there.includes(name))
      if (missing.length > 0)
        return [
          {
            check,
            state: 'problem',
            detail: `The kernel does not limit ${missing.join(', ')}: a server could take the whole machine.`,
            fix,
          },
        ]
      return [{ check, state: 'ok', detail: `Version ${existsSync(unified) ? 2 : 1}, with ${needed.join(', ')}.` }]
    },
  }
}

function nearestAbove(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestAbove(dirname(path))
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}

/** Undefined when it could be opened; it is closed again at once. */
async function tryPort(host: string, port: number): Promise<string | undefined> {
  const server = createServer()
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'failed'))
  server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  return await promise
}

/** Undefined when there is no such program or it fails. */
async function output(program: string, args: readonly string[]): Promise<string | undefined> {
  const child = spawn(program, [...args], { stdio: ['ignore', 'pipe', 'ignore'], timeout: 5_000 })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.once('error', () => resolve(null)).once('close', resolve)
  return (await promise) === 0 ? text.trim() : undefined
}
