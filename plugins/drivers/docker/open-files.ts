// How many files a container may open: enough for any game, but never more than the engine itself may grant, because
// an engine without CAP_SYS_RESOURCE (inside another container, say) then starts nothing at all.
import { readFileSync } from 'node:fs'

const wanted = 65_536

/** Undefined where the engine's own limit cannot be read: containers then get what the engine gives. */
export function openFilesLimit(pidFile = '/var/run/docker.pid', proc = '/proc'): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'))
    return hardLimit(readFileSync(`${proc}/${pid}/limits`, 'utf8'))
  } catch {
    return undefined
  }
}

/** /proc/<pid>/limits. */
export function hardLimit(limits: string): number | undefined {
  const hard = /^Max open files\s+\S+\s+(\d+|unlimited)/m.exec(limits)?.[1]
  if (hard === undefined) return undefined
  return hard === 'unlimited' ? wanted : Math.min(wanted, Number(hard))
}
