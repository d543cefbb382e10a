// Where one can go: the rail on a desk, the tab bar on a phone. Only what exists and this person may see.

import type { Permission } from '#core/permissions/catalogue.ts'
import { Avatar, Icon, type IconName, Logo, Menu, StateMark } from '#views/components/index.ts'
import { ids } from '#views/ids.ts'
import type { Shell } from '#views/models.ts'
import { urls } from '#views/urls.ts'

interface Place {
  readonly href: string
  readonly icon: IconName
  readonly label: string
  readonly count?: number
  readonly warn?: boolean
  readonly countId?: string
}

export interface ServerPlace {
  readonly id: string
  readonly name: string
  readonly may: ReadonlySet<Permission>
}

const mainPlaces = ({ counts, may }: Shell): Place[] => [
  { href: urls.servers(), icon: 'server', label: 'Servers', count: counts.servers, countId: ids.railServers },
  ...(may.has('platform.activity') ? [{ href: urls.activity(), icon: 'history', label: 'Activity' } as const] : []),
]

/** What is about the whole panel, and pages of plugins for whoever may open them. */
const adminPlaces = ({ may, counts, pluginPages }: Shell): Place[] => [
  ...(may.has('node.view')
    ? [{ href: urls.nodes(), icon: 'hard-drive' as const, label: 'Nodes', warn: counts.nodesWarn > 0 }]
    : []),
  ...(may.has('location.view') ? [{ href: urls.locations(), icon: 'globe' as const, label: 'Locations' }] : []),
  ...(may.has('server.create')
    ? [{ href: urls.blueprints(), icon: 'layout-template' as const, label: 'Blueprints' }]
    : []),
  ...(may.has('platform.plugins') ? [{ href: urls.plugins(), icon: 'blocks' as const, label: 'Plugins' }] : []),
  ...(may.has('role.view') ? [{ href: urls.roles(), icon: 'shield-check' as const, label: 'Roles' }] : []),
  ...(may.has('user.view') ? [{ href: urls.users(), icon: 'users' as const, label: 'Users' }] : []),
  ...(may.has('platform.security')
    ? [{ href: urls.settingsSignIn(), icon: 'settings-2' as const, label: 'Settings' }]
    : may.has('platform.settings')
      ? [{ href: urls.settingsMail(), icon: 'settings-2' as const, label: 'Settings' }]
      : []),
  ...pluginPages.map(({ title, href }) => ({ href, icon: 'blocks' as const, label: title })),
]

const serverPlaces = (server: ServerPlace): Place[] =>
  allServerPlaces(server).filter(({ needs }) => needs === undefined || server.may.has(needs))

const allServerPlaces = (server: ServerPlace): (Place & { readonly needs?: Permission })[] => [
  { href: urls.server(server), icon: 'square-terminal', label: 'Console' },
  { href: urls.serverPeople(server), icon: 'users', label: 'People', needs: 'server.subusers.view' },
  { href: urls.serverStartup(server), icon: 'sliders-horizontal', label: 'Startup', needs: 'server.startup.view' },
  { href: urls.serverActivity(server), icon: 'history', label: 'Activity', needs: 'server.activity' },
  { href: urls.serverSettings(server), icon: 'settings-2', label: 'Settings' },
]

/** The place one is at, or beneath: `/servers/new` is under Servers; the longest address that fits wins. */
function currentPlace(path: string, hrefs: readonly string[]): string | undefined {
  return hrefs
    .filter((href) => path === href || path.startsWith(`${href}/`))
    .toSorted((a, b) => b.length - a.length)
    .at(0)
}

export function Brand({ instance }: { readonly instance: string }) {
  return (
    <a class="brand row" href={urls.home()}>
      <Logo />
      <span>
        <strong>Stellar</strong>
        {instance === 'Stellar' ? null : instance}
      </span>
    </a>
  )
}

export interface NavigationProps {
  readonly shell: Shell
  /** The address of an entry, or one beneath it. */
  readonly place: string
  readonly server?: ServerPlace | undefined
}

export function Rail({ shell, place, server }: NavigationProps) {
  const admin = adminPlaces(shell)
  return (
    <nav class="rail not-phone" aria-label="Main">
      <Brand instance={shell.instance} />
      <a class="jump row" href={urls.servers()} data-palette aria-keyshortcuts="Meta+K Control+K">
        <Icon name="search" />
        <span>Search or go to…</span>
        <span class="kbd only-script" aria-hidden="true" data-mod="K">
          Ctrl K
        </span>
      </a>
      {server ? (
        <>
          <Places places={[{ href: urls.servers(), icon: 'chevron-left', label: 'All servers' }]} path="" />
          <div>
            <p class="nav-title sub cut">{server.name}</p>
            <Places places={serverPlaces(server)} path={place} />
          </div>
        </>
      ) : (
        <>
          <Places places={mainPlaces(shell)} path={place} />
          {admin.length === 0 ? null : (
            <div>
              <p class="nav-title sub">Admin</p>
              <Places places={admin} path={place} />
            </div>
          )}
        </>
      )}
      <button type="button" class="person row" popovertarget="person-menu">
        <Avatar name={shell.user.name} />
        <span class="cut">{shell.user.name}</span>
        <span class="sr">: account, theme, sign out</span>
        <Icon name="chevrons-up-down" />
      </button>
      <Menu id="person-menu" label={shell.user.name} up>
        <PersonMenu shell={shell} />
      </Menu>
    </nav>
  )
}

function Places({ places, path }: { readonly places: readonly Place[]; readonly path: string }) {
  const current = currentPlace(
    path,
    places.map(({ href }) => href),
  )
  return (
    <ul class="nav">
      {places.map((place) => (
        <li>
          <a href={place.href} aria-current={place.href === current ? 'page' : undefined} data-jump>
            <Icon name={place.icon} />
            <span class="cut">{place.label}</span>
            {place.count === undefined || place.count === 0 ? null : (
              <span class="count" id={place.countId}>
                {place.count}
              </span>
            )}
            {place.warn ? <StateMark mark="attention" label="needs a look" /> : null}
          </a>
        </li>
      ))}
    </ul>
  )
}

const themes = [
  ['system', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const

function PersonMenu({ shell }: { readonly shell: Shell }) {
  return (
    <>
      <form class="pad" method="post" action={urls.theme()}>
        <span class="sub">Theme</span>
        <input type="hidden" name="next" value={shell.path} />
        <div class="actions">
          {themes.map(([value, label]) => (
            <button
              type="submit"
              class="button small"
              name="theme"
              value={value}
              aria-pressed={shell.theme === value ? 'true' : 'false'}
            >
              {label}
            </button>
          ))}
        </div>
      </form>
      <hr />
      <a href={urls.account()} data-jump>
        <Icon name="user" />
        Account
      </a>
      <form method="post" action={urls.signOut()}>
        <button type="submit">
          <Icon name="log-out" />
          Sign out
        </button>
      </form>
    </>
  )
}

/** The phone's tab bar: four places, the rest behind More. */
export function TabBar({ shell, place, server }: NavigationProps) {
  const admin = adminPlaces(shell)
  const ofServer = server ? serverPlaces(server) : []
  const places = server ? ofServer.slice(0, 4) : [...mainPlaces(shell), ...admin.slice(0, 1)]
  const current = currentPlace(
    place,
    places.map(({ href }) => href),
  )
  const more = server ? ofServer.slice(4) : admin.slice(1)
  const inMore = currentPlace(place, [...more.map(({ href }) => href), urls.account()]) !== undefined
  return (
    <nav class="tabbar only-phone" aria-label="Sections">
      {places.map(({ href, icon, label }) => (
        <a class="sub" href={href} aria-current={href === current ? 'page' : undefined}>
          <Icon name={icon} />
          {label}
        </a>
      ))}
      <button type="button" class="sub" popovertarget="more-menu" aria-current={inMore ? 'true' : undefined}>
        <Icon name="menu" />
        More
      </button>
      <Menu id="more-menu" label="More" up>
        {server ? (
          <a href={urls.servers()}>
            <Icon name="server" />
            All servers
          </a>
        ) : null}
        {more.map(({ href, icon, label }) => (
          <a href={href}>
            <Icon name={icon} />
            {label}
          </a>
        ))}
        <PersonMenu shell={shell} />
      </Menu>
    </nav>
  )
}
