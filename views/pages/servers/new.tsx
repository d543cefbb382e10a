// First step of creating a server: the gallery of blueprints. Search and tags are a form and links, the pick is a radio.
import type { Blueprint } from '#core/domain/blueprint.ts'
import { ButtonLink, Empty, Icon, Plate, SearchField, Segmented } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { Shell } from '#views/models.ts'
import { CreateHead } from '#views/partials/create-head.tsx'
import { urls } from '#views/urls.ts'

export interface NewServerProps {
  readonly shell: Shell
  /** All that may be chosen; the page filters them by `q` and `tag` itself. */
  readonly blueprints: readonly Blueprint[]
  readonly q: string
  readonly tag: string | undefined
}

/** More tags than that are no filter any more; the search knows all of them. */
const mostTags = 8

export function NewServerPage({ shell, blueprints, q, tag }: NewServerProps) {
  const shown = blueprints.filter((blueprint) => matches(blueprint, q, tag))
  return (
    <AppLayout shell={shell} title="Create server" styles={['server.css']} scripts={['pick-label.js']}>
      <CreateHead step="Blueprint" />
      <div class="toolbar">
        <Segmented label="Tags" segments={segments(blueprints, q, tag)} />
        <form class="search-form" method="get" action={urls.newServer()} role="search">
          {tag === undefined ? null : <input type="hidden" name="tag" value={tag} />}
          <SearchField label={`Search ${blueprints.length} blueprints`} name="q" value={q} />
        </form>
      </div>
      {shown.length === 0 ? (
        <Empty
          title={blueprints.length === 0 ? 'No blueprints' : 'No blueprint fits'}
          text={
            blueprints.length === 0
              ? 'Blueprints come from plugins, and none of them brings one.'
              : `Nothing here is called “${q || tag}” or tagged so.`
          }
          actions={
            blueprints.length === 0 ? (
              <ButtonLink href={urls.plugins()}>See the plugins</ButtonLink>
            ) : (
              <ButtonLink href={urls.newServer()}>Show all blueprints</ButtonLink>
            )
          }
        />
      ) : (
        <form method="get" action={urls.newServer()} class="stack" data-pick-form>
          <div class="picks" role="radiogroup" aria-label="Blueprint">
            {shown.map((blueprint, index) => (
              <BlueprintPick blueprint={blueprint} checked={index === 0} />
            ))}
          </div>
          <div class="actions below">
            <button type="submit" class="button primary large">
              <span>
                Continue
                <span data-pick-label />
              </span>
              <Icon name="arrow-right" />
            </button>
            <span class="dim">Next: name, settings, where it runs.</span>
          </div>
        </form>
      )}
    </AppLayout>
  )
}

function BlueprintPick({ blueprint, checked }: { readonly blueprint: Blueprint; readonly checked: boolean }) {
  return (
    <label class="pick">
      <Plate plate={blueprint.plate} seed={blueprint.id} />
      <input
        type="radio"
        name="blueprint"
        value={blueprint.id}
        checked={checked}
        data-pick-name={blueprint.name}
        required
      />
      <span class="text">
        <strong>{blueprint.name}</strong>
        <small>{blueprint.summary}</small>
      </span>
    </label>
  )
}

function segments(blueprints: readonly Blueprint[], q: string, tag: string | undefined) {
  const counts = new Map<string, number>()
  for (const blueprint of blueprints) for (const each of blueprint.tags) counts.set(each, (counts.get(each) ?? 0) + 1)
  const common = [...counts]
    .sort(([a, some], [b, more]) => more - some || a.localeCompare(b))
    .slice(0, mostTags)
    .map(([name]) => name)
  const tags = tag === undefined || common.includes(tag) ? common : [...common, tag]
  return [
    { href: address(q, undefined), current: tag === undefined, label: 'All' },
    ...tags.map((name) => ({ href: address(q, name), current: tag === name, label: capital(name) })),
  ]
}

function address(q: string, tag: string | undefined): string {
  const query = new URLSearchParams({ ...(tag === undefined ? {} : { tag }), ...(q === '' ? {} : { q }) }).toString()
  return query === '' ? urls.newServer() : `${urls.newServer()}?${query}`
}

/** Every word must occur in the name, the summary or a tag. */
function matches(blueprint: Blueprint, q: string, tag: string | undefined): boolean {
  if (tag !== undefined && !blueprint.tags.includes(tag)) return false
  const text = [blueprint.name, blueprint.id, blueprint.summary, ...blueprint.tags].join(' ').toLowerCase()
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
