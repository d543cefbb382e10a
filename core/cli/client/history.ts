// Lines that were: the last ones, page by page, and those that hold a text.
import { type ConsoleRecord, decodeRecords } from '#core/domain/console.ts'
import type { Api } from './api.ts'

const mostAtOnce = 1000
const mostFound = 500

/** Oldest first. */
export async function lastLines(api: Api, serverId: string, wanted: number): Promise<ConsoleRecord[]> {
  const pages: ConsoleRecord[][] = []
  let missing = wanted
  for (let before = ''; missing > 0; ) {
    const limit = Math.min(missing, mostAtOnce)
    const { text, more } = await api.get<{ text: string; more: boolean }>(
      `/servers/${serverId}/console?limit=${limit}${before}`,
    )
    const page = decodeRecords(text)
    const [first] = page
    pages.unshift(page)
    missing -= page.length
    if (!more || !first) break
    before = `&before=${first.number}`
  }
  return pages.flat()
}

/** The newest of them, oldest first. */
export async function linesWith(api: Api, serverId: string, text: string, wanted: number): Promise<ConsoleRecord[]> {
  const query = new URLSearchParams({ q: text, limit: String(Math.max(1, Math.min(wanted, mostFound))) })
  const found = await api.get<{ text: string }>(`/servers/${serverId}/console/search?${query}`)
  return decodeRecords(found.text).toReversed()
}
