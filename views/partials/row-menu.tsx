// The menu behind “…” of every row: one for the whole list. static/js/row-menu.js points its links at the row's server;
// without script “…” is a link to the settings.
import { Icon, type IconName, Menu } from '#views/components/index.ts'
import { urls } from '#views/urls.ts'

const places: readonly (readonly [pattern: string, label: string, icon: IconName])[] = [
  [urls.server.pattern, 'Console', 'square-terminal'],
  [urls.serverStartup.pattern, 'Startup', 'sliders-horizontal'],
  [urls.serverActivity.pattern, 'Activity', 'history'],
  [urls.serverSettings.pattern, 'Settings', 'settings-2'],
]

export function RowMenu() {
  return (
    <Menu id="more" label="Server">
      {places.map(([pattern, label, icon]) => (
        <a href={urls.servers()} data-pattern={pattern}>
          <Icon name={icon} />
          {label}
        </a>
      ))}
      <hr />
      <a class="danger" href={urls.servers()} data-pattern={urls.serverDelete.pattern}>
        <Icon name="trash-2" />
        Delete…
      </a>
    </Menu>
  )
}
