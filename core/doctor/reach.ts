// What must be reached: the engine that runs servers, and the panel under its public address.
import { messageOf } from '#core/base/errors.ts'
import type { NodeRegistry } from '#core/plugins/registry.ts'
import type { Check, Finding } from './finding.ts'

const publicWithinMs = 8_000

/** `registry` is disposed of by whoever opened it. */
export function engines(registry: NodeRegistry): Check {
  const check = 'docker'
  return {
    name: check,
    async look() {
      const failed = registry.plugins.filter(({ state }) => state === 'failed')
      const findings = failed.map(
        ({ name, reason }): Finding => ({
          check: 'plugins',
          state: 'problem',
          detail: `${name}: ${reason}`,
          fix: 'Mend or remove it; disable in stellar.config.ts switches it off.',
        }),
      )
      for (const driver of registry.drivers) {
        const health = await driver.health(AbortSignal.timeout(10_000))
        const warnings = health.warnings ?? []
        if (!health.healthy)
          findings.push({ check, state: 'problem', detail: health.detail, ...(health.fix && { fix: health.fix }) })
        else if (warnings.length === 0) findings.push({ check, state: 'ok', detail: health.detail })
        for (const warning of health.healthy ? warnings : [])
          findings.push({ check, state: 'warning', detail: warning })
      }
      return findings
    },
  }
}

export function publicAddress(url: string | undefined, host: string): Check {
  const check = 'public address'
  return {
    name: check,
    async look() {
      if (url === undefined) {
        const local = ['127.0.0.1', '::1', 'localhost'].includes(host)
        if (local) return [{ check, state: 'ok', detail: 'None: the panel is for this machine alone.' }]
        return [
          {
            check,
            state: 'warning',
            detail: 'STELLAR_URL is not set although others can reach the panel.',
            fix: 'Set it to what people type, e.g. https://panel.example: cookies are then for https only.',
          },
        ]
      }
      const fix = 'Check the name’s address, the reverse proxy (docs/reverse-proxy.md), and that the panel runs.'
      try {
        const response = await fetch(`${url}/health`, {
          signal: AbortSignal.timeout(publicWithinMs),
          redirect: 'manual',
        })
        const answer = response.ok
          ? ((await response.json().catch(() => undefined)) as { status?: unknown } | undefined)
          : undefined
        if (answer?.status === 'ok') return [{ check, state: 'ok', detail: `${url} leads to a panel.` }]
        return [{ check, state: 'problem', detail: `${url} answers ${response.status}, which is no panel.`, fix }]
      } catch (error) {
        const cause = error instanceof Error && error.cause ? error.cause : error
        return [{ check, state: 'problem', detail: `${url} cannot be reached from here: ${messageOf(cause)}.`, fix }]
      }
    },
  }
}
